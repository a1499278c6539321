package org.scalpel.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.TensorData;

/**
 * ONNX Runtime in WebAssembly ({@code onnxruntime-web}), in a process of Node.js: a slow machine of
 * another kind, which every computer that has Node has too. The package is looked for where Node
 * looks: in {@code node_modules} of the working folder and those above it, and in {@code
 * NODE_PATH}. Not thread-safe.
 */
public final class WebRuntime implements AutoCloseable {
  private static final String SCRIPT = "web-runtime.js";
  private static final String PROGRAM = "node";
  private static final long ANSWER_WITHIN_S = 600;
  private static final String ANSWER = "@";

  /** So an event of a profile begins; other words of the runtime are of no use. */
  private static final String EVENT = "{\"cat\"";

  /** The runtime's profile holds no more. */
  private static final int MOST_EVENTS = 1_000_000;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final BufferedWriter requests;
  private final BufferedReader answers;
  private final String version;
  private final ExecutorService reader =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "scalpel-web-runtime");
            thread.setDaemon(true);
            return thread;
          });
  private final List<String> events = new ArrayList<>();
  private volatile String lastWords = "";
  private int opened;

  private WebRuntime(Process process) {
    this.process = process;
    this.requests = process.outputWriter(StandardCharsets.UTF_8);
    this.answers = process.inputReader(StandardCharsets.UTF_8);
    try {
      this.version = answer("could not be started").path("version").asText();
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Starts a process.
   *
   * @param threads that work on one run
   * @throws EngineException there is no Node, or it does not find the package: how to get it
   */
  public static WebRuntime start(int threads) {
    var builder =
        new ProcessBuilder(List.of(PROGRAM, "-e", script(), "--", String.valueOf(threads)));
    builder.redirectErrorStream(true);
    try {
      return new WebRuntime(builder.start());
    } catch (IOException e) {
      throw new EngineException(
          "WebAssembly runs in Node.js, and 'node' could not be started. Maybe install it, and then"
              + " npm install onnxruntime-web",
          e);
    }
  }

  private static String script() {
    try (InputStream in = WebRuntime.class.getResourceAsStream(SCRIPT)) {
      if (in == null) {
        throw new IllegalStateException(SCRIPT + " is not beside the program");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(SCRIPT + " could not be read", e);
    }
  }

  /** The version of the runtime, for example {@code 1.30.0}. */
  public String version() {
    return version;
  }

  /**
   * Prepares a model to be run on some inputs. What the native runtime fuses at the level {@link
   * OptimizationLevel#EXTENDED} is fused.
   *
   * @throws EngineException a runtime refuses it
   */
  public WebModel open(KernelGraph kernels, Map<String, TensorData> inputs) {
    return new WebModel(this, kernels, inputs);
  }

  int nextId() {
    return opened++;
  }

  static ObjectNode request(String what, int id) {
    return JSON.createObjectNode().put("do", what).put("id", id);
  }

  /** Asks, and waits for the answer. */
  JsonNode ask(ObjectNode request, String label) {
    try {
      requests.write(request.toString());
      requests.newLine();
      requests.flush();
    } catch (IOException e) {
      throw new EngineException(label + ": the WebAssembly process has ended", e);
    }
    return answer(label);
  }

  private JsonNode answer(String label) {
    Future<String> line = reader.submit(this::next);
    try {
      String text = line.get(ANSWER_WITHIN_S, TimeUnit.SECONDS);
      if (text.isEmpty()) {
        throw new EngineException(label + ": the WebAssembly process has ended. " + lastWords);
      }
      JsonNode answer = JSON.readTree(text);
      if (answer.has("error")) {
        throw refusal(label, answer.path("error").asText());
      }
      return answer;
    } catch (TimeoutException | ExecutionException e) {
      close();
      throw new EngineException(
          "%s: no answer from WebAssembly within %d s".formatted(label, ANSWER_WITHIN_S), e);
    } catch (JsonProcessingException e) {
      throw new EngineException(label + ": not an answer of the WebAssembly process", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      close();
      throw new EngineException(label + ": interrupted", e);
    }
  }

  /** The next answer, empty at the end; events before it are kept. */
  private String next() throws IOException {
    for (String line = answers.readLine(); line != null; line = answers.readLine()) {
      if (line.startsWith(ANSWER)) {
        return line.substring(ANSWER.length());
      }
      if (line.startsWith(EVENT) && events.size() < MOST_EVENTS) {
        events.add(line.endsWith(",") ? line.substring(0, line.length() - 1) : line);
      } else if (line.contains("Error")) {
        lastWords = line.strip();
      }
    }
    return "";
  }

  /** Ends the profile of a session and writes it, as the native runtime would. */
  void writeProfile(int id, Path file, String label) {
    events.clear();
    ask(request("profile", id), label);
    try {
      Files.writeString(file, "[" + String.join(",\n", events) + "]");
    } catch (IOException e) {
      throw new UncheckedIOException(file + " could not be written", e);
    } finally {
      events.clear();
    }
  }

  private static EngineException refusal(String label, String error) {
    String hint =
        error.contains("Cannot find module")
            ? ". Maybe npm install onnxruntime-web, here or in a folder that NODE_PATH names"
            : "";
    return new EngineException("WebAssembly: " + label + ": " + error + hint);
  }

  @Override
  public void close() {
    process.destroyForcibly();
    reader.shutdownNow();
  }
}
