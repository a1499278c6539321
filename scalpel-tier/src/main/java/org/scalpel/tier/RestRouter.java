package org.scalpel.tier;

import io.grpc.Metadata;
import io.grpc.netty.shaded.io.netty.handler.codec.http.QueryStringDecoder;
import io.opentelemetry.context.Context;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.scalpel.oip.ModelInferRequest;

/** Which path of the REST protocol means what. Knows nothing of sockets. */
final class RestRouter {
  // The request's own deadline is the sooner one.
  private static final Duration FOREVER = Duration.ofHours(1);

  private final Catalog catalog;
  private final InferCalls calls;
  private final Executor slow;
  private final int limit;

  /**
   * A router.
   *
   * @param slow runs what may take its time: the loading of models
   * @param limit of the JSON of an answer, in bytes
   */
  RestRouter(Catalog catalog, InferCalls calls, Executor slow, int limit) {
    this.catalog = catalog;
    this.calls = calls;
    this.slow = slow;
    this.limit = limit;
  }

  /**
   * A request as it came.
   *
   * @param headerLength of the JSON document at the beginning of the body; -1 when all of it is
   * @param caller the span that its headers name
   */
  record Call(String method, String uri, int headerLength, ByteBuffer body, Context caller) {
    boolean isPost() {
      return method.equals("POST");
    }

    byte[] json() {
      int length = headerLength < 0 ? body.remaining() : headerLength;
      byte[] json = new byte[length];
      body.duplicate().get(json);
      return json;
    }

    ByteBuffer tail() {
      int length = headerLength < 0 ? body.remaining() : headerLength;
      return body.slice(body.position() + length, body.remaining() - length);
    }
  }

  /**
   * What a caller must be allowed to do for a path: nothing to ask whether the tier lives; whatever
   * is not known to be harmless needs the most.
   */
  static Optional<Role> need(String method, String uri) {
    List<String> path = path(uri);
    if (path.size() > 1 && path.get(1).equals("health")) {
      return Optional.empty();
    }
    String what = path.size() > 1 ? path.get(1) : "models";
    boolean index = what.equals("repository") && path.get(path.size() - 1).equals("index");
    boolean settings = path.size() > 3 && path.get(path.size() - 2).equals("trace");
    return Optional.of(index || (what.equals("models") && !settings) ? Role.INFER : Role.ADMIN);
  }

  /** The span that the headers of a request name, where anything listens. */
  Context caller(Metadata headers) {
    return calls.tracing().caller(headers);
  }

  /** Refuses with what {@link Refusal} makes, at once or in the future. */
  CompletableFuture<RestAnswer> answer(Call call) {
    List<String> path = path(call.uri);
    if (path.isEmpty() || !path.get(0).equals("v2")) {
      throw unknown(call);
    }
    List<String> rest = path.subList(1, path.size());
    String first = rest.isEmpty() ? "" : rest.get(0);
    return switch (first) {
      case "" -> get(call, () -> RestAnswer.of(catalog.server()));
      case "health" -> get(call, () -> health(call, rest));
      case "models" -> models(call, rest.subList(1, rest.size()));
      case "repository" -> repository(call, rest.subList(1, rest.size()));
      case "systemsharedmemory", "cudasharedmemory" ->
          done(sharedMemory(call, rest.get(rest.size() - 1)));
      case "trace" -> done(trace(call));
      case "logging" -> done(logging(call));
      default -> throw unknown(call);
    };
  }

  private static List<String> path(String uri) {
    try {
      List<String> parts =
          new ArrayList<>(Arrays.asList(new QueryStringDecoder(uri).path().split("/")));
      parts.removeIf(String::isEmpty);
      return parts;
    } catch (IllegalArgumentException e) {
      throw Refusal.invalid("the path cannot be read: " + e.getMessage());
    }
  }

  private static RuntimeException unknown(Call call) {
    return Refusal.of(io.grpc.Status.Code.NOT_FOUND, "no such path: " + call.uri);
  }

  private static CompletableFuture<RestAnswer> done(RestAnswer answer) {
    return CompletableFuture.completedFuture(answer);
  }

  private static CompletableFuture<RestAnswer> get(Call call, Supplier<RestAnswer> answer) {
    return done(call.method.equals("GET") ? answer.get() : wrongVerb("GET"));
  }

  private static RestAnswer wrongVerb(String right) {
    return RestAnswer.error(405, "method not allowed; expected " + right);
  }

  private RestAnswer health(Call call, List<String> path) {
    String what = path.size() == 2 ? path.get(1) : "";
    return switch (what) {
      case "live" -> RestAnswer.flag(200, "live", true);
      case "ready" -> RestAnswer.flag(catalog.ready() ? 200 : 503, "ready", catalog.ready());
      default -> throw unknown(call);
    };
  }

  private CompletableFuture<RestAnswer> models(Call call, List<String> path) {
    if (path.isEmpty()) {
      throw unknown(call);
    }
    String model = path.get(0);
    if (path.size() == 1 && model.equals("stats")) {
      return get(call, () -> RestAnswer.of(catalog.statistics("", "")));
    }
    boolean versioned = path.size() > 2 && path.get(1).equals("versions");
    String version = versioned ? path.get(2) : "";
    String action = String.join("/", path.subList(versioned ? 3 : 1, path.size()));
    return switch (action) {
      case "" -> get(call, () -> RestAnswer.of(catalog.metadata(model, version)));
      case "ready" -> get(call, () -> ready(model, version));
      case "config" -> get(call, () -> RestAnswer.of(catalog.config(model, version)));
      case "stats" -> get(call, () -> RestAnswer.of(catalog.statistics(model, version)));
      case "infer" -> infer(call, model, version);
      case "trace/setting" -> done(trace(call));
      default -> throw unknown(call);
    };
  }

  private RestAnswer ready(String model, String version) {
    boolean ready = catalog.modelReady(model, version);
    return RestAnswer.flag(ready ? 200 : 503, "ready", ready);
  }

  private CompletableFuture<RestAnswer> infer(Call call, String model, String version) {
    if (!call.isPost()) {
      return done(wrongVerb("POST"));
    }
    Repository.Signature signature = catalog.signature(model, version);
    InferMessage<ModelInferRequest> message =
        call.headerLength == 0
            ? RestInfer.bare(model, signature.inputs(), call.body.duplicate())
            : RestInfer.read(model, call.json(), call.tail());
    ModelInferRequest request = message.header();
    // The answer to a bare tensor is a bare document and binary tensors.
    ModelInferRequest wanted =
        call.headerLength == 0
            ? request.toBuilder().putParameters("binary_data_output", Params.of(true)).build()
            : request;
    try {
      RestAnswer.check(wanted, signature.outputs());
    } catch (RuntimeException e) {
      message.release();
      throw e;
    }
    return calls
        .answer(message, Deadline.in(FOREVER), call.caller)
        .thenApply(reply -> RestAnswer.of(wanted, reply, limit));
  }

  private CompletableFuture<RestAnswer> repository(Call call, List<String> path) {
    if (!call.isPost()) {
      return done(wrongVerb("POST"));
    }
    // A repository may be named; there is one.
    List<String> rest =
        path.size() % 2 == 0 ? path.subList(Math.min(1, path.size()), path.size()) : path;
    if (rest.equals(List.of("index"))) {
      boolean onlyReady = RestBody.of(call.json()).flag("ready");
      return done(RestAnswer.list(catalog.index(onlyReady).getModelsList()));
    }
    if (rest.size() != 3 || !rest.get(0).equals("models")) {
      throw unknown(call);
    }
    String model = rest.get(1);
    boolean parameters = RestBody.of(call.json()).hasMembers("parameters");
    return switch (rest.get(2)) {
      case "load" ->
          CompletableFuture.supplyAsync(
              () -> {
                catalog.load(model, parameters);
                return RestAnswer.empty();
              },
              slow);
      case "unload" -> {
        catalog.unload(model);
        yield done(RestAnswer.empty());
      }
      default -> throw unknown(call);
    };
  }

  private static RestAnswer sharedMemory(Call call, String action) {
    return switch (action) {
      case "status" -> call.isPost() ? wrongVerb("GET") : RestAnswer.list(List.of());
      case "unregister" -> call.isPost() ? RestAnswer.empty() : wrongVerb("POST");
      case "register" -> throw Catalog.noSharedMemory();
      default -> throw unknown(call);
    };
  }

  private RestAnswer trace(Call call) {
    var settings = catalog.tracing(call.isPost()).getSettingsMap();
    Map<String, Object> all = new java.util.TreeMap<>();
    settings.forEach((name, value) -> all.put(name, value.getValueList()));
    return RestAnswer.settings(all);
  }

  private RestAnswer logging(Call call) {
    var settings = catalog.logging(call.isPost()).getSettingsMap();
    Map<String, Object> all = new java.util.TreeMap<>();
    settings.forEach(
        (name, value) ->
            all.put(
                name,
                value.hasBoolParam() ? (Object) value.getBoolParam() : value.getUint32Param()));
    return RestAnswer.settings(all);
  }
}
