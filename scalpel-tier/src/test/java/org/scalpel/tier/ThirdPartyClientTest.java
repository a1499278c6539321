package org.scalpel.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients none of whose code is ours, where the machine has them: Python's grpcio, npm's grpc-js
 * and curl. The scripts are in {@code src/test/resources/clients}.
 */
@Timeout(120)
class ThirdPartyClientTest {
  @TempDir Path folder;
  private TierServer tier;

  @BeforeEach
  void start() {
    tier = TierServer.start(Nets.tier("edge", folder).http("localhost:0").build());
    tier.publish("wide", Nets.wide(8));
  }

  @AfterEach
  void stop() {
    tier.close();
  }

  private record Outcome(int code, String text) {}

  private Outcome run(List<String> command) throws IOException, InterruptedException {
    Path output = Files.createTempFile(folder, "output", ".txt");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    process.getOutputStream().close();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
      return new Outcome(-1, "no end after 60 s: " + Files.readString(output));
    }
    return new Outcome(process.exitValue(), Files.readString(output, StandardCharsets.ISO_8859_1));
  }

  private boolean works(String... command) throws InterruptedException {
    try {
      return run(List.of(command)).code() == 0;
    } catch (IOException absent) {
      return false;
    }
  }

  private String script(String name) throws Exception {
    return Path.of(getClass().getResource("/clients/" + name).toURI()).toString();
  }

  @Test
  void pythonsGrpcioIsServed() throws Exception {
    String imports = "import grpc, google.protobuf";
    String python =
        List.of("/usr/bin/python3", "python3").stream()
            .filter(
                p -> {
                  try {
                    return works(p, "-c", imports);
                  } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                  }
                })
            .findFirst()
            .orElse("");
    assumeTrue(!python.isEmpty(), "SKIPPED: no python3 with grpcio (Debian: python3-grpcio)");
    Outcome outcome = run(List.of(python, script("client.py"), tier.address().toString()));
    assertThat(outcome.text()).contains("python is content");
    assertThat(outcome.code()).isZero();
  }

  @Test
  void npmsGrpcJsIsServed() throws Exception {
    boolean there = works("node", "-e", "require('@grpc/grpc-js'); require('@grpc/proto-loader')");
    assumeTrue(there, "SKIPPED: no node with @grpc/grpc-js and @grpc/proto-loader in NODE_PATH");
    Path schema = Path.of("src/main/protobuf/oip.proto").toAbsolutePath();
    Outcome outcome =
        run(List.of("node", script("client.js"), tier.address().toString(), schema.toString()));
    assertThat(outcome.text()).contains("javascript is content");
    assertThat(outcome.code()).isZero();
  }

  @Test
  void curlIsServed() throws Exception {
    assumeTrue(works("curl", "--version"), "SKIPPED: no curl");
    String base = "http://" + tier.httpAddress().orElseThrow() + "/v2";
    assertThat(run(List.of("curl", "-sSf", base + "/health/ready")).text())
        .isEqualTo("{\"ready\":true}");
    String json =
        "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,8],\"datatype\":\"FP32\","
            + "\"data\":[1,-2,3,-4,5,-6,7,-8]}]}";
    String infer = base + "/models/wide/infer";
    assertThat(run(List.of("curl", "-sSf", "--compressed", "-d", json, infer)).text())
        .contains("\"data\":[1.0,2.0,3.0,4.0,5.0,6.0,7.0,8.0]");
    String head =
        "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,8],\"datatype\":\"FP32\","
            + "\"parameters\":{\"binary_data_size\":32}}],"
            + "\"parameters\":{\"binary_data_output\":true}}";
    ByteBuffer body =
        ByteBuffer.allocate(head.length() + 32)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(head.getBytes(StandardCharsets.UTF_8));
    for (int i = 0; i < 8; i++) {
      body.putFloat(-i);
    }
    Path file = Files.write(folder.resolve("body"), body.array());
    Outcome binary =
        run(
            List.of(
                "curl",
                "-sSf",
                "-H",
                "Inference-Header-Content-Length: " + head.length(),
                "--data-binary",
                "@" + file,
                infer));
    assertThat(binary.code()).isZero();
    ByteBuffer tail =
        ByteBuffer.wrap(binary.text().getBytes(StandardCharsets.ISO_8859_1))
            .order(ByteOrder.LITTLE_ENDIAN);
    assertThat(tail.getFloat(tail.limit() - 4)).isEqualTo(7);
    assertThat(run(List.of("curl", "-sf", base + "/models/nobody")).code()).isEqualTo(22);
  }
}
