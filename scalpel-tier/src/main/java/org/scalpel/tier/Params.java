package org.scalpel.tier;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.scalpel.oip.InferParameter;

/** Our request and answer parameters; none is ever required. */
final class Params {
  /** Before every name of ours. */
  static final String PREFIX = "scalpel_";

  /** On a request: whose child its span is, as the header {@code traceparent} says it. */
  static final String TRACEPARENT = PREFIX + "traceparent";

  /** On a request: run the rest of the chain, answer the outputs of the model. */
  static final String CONTINUE = "scalpel_continue";

  /** On a request: milliseconds that are left for it. */
  static final String DEADLINE_MS = "scalpel_deadline_ms";

  /**
   * On an input: the raw contents are a file of this kind ({@code jpeg}, {@code png}), or the
   * tensor in that codec ({@code zstd}, {@code int8}).
   */
  static final String ENCODING = "scalpel_encoding";

  /** On a request that continues: it brings a part of what this name's other portions bring. */
  static final String PORTION = "scalpel_portion";

  /** On an answer: where the time went, see {@link Span}. */
  static final String SPANS = "scalpel_spans";

  /** On an answer: the exit at which the request left; nothing behind it was run. */
  static final String EXIT = "scalpel_exit";

  /** On such an answer: how sure it is, 0 … 1. */
  static final String CONFIDENCE = "scalpel_confidence";

  /** On such an answer: {@code sure}, or why it left although it was not. */
  static final String EXIT_REASON = "scalpel_exit_reason";

  /** On an answer in a stream that is an error: the name of the status code. */
  static final String CODE = "scalpel_code";

  /** On a request, as clients of Triton ask: mark the last answer; here there is only one. */
  static final String WANTS_FINAL = "triton_enable_empty_final_response";

  static final String IS_FINAL = "triton_final_response";

  /** The protocol's own deadline, in microseconds. */
  static final String TIMEOUT_US = "timeout";

  private Params() {}

  static boolean isTrue(Map<String, InferParameter> parameters, String name) {
    InferParameter parameter = parameters.get(name);
    return parameter != null && parameter.getBoolParam();
  }

  static double number(@Nullable InferParameter parameter, double fallback) {
    if (parameter == null) {
      return fallback;
    }
    return switch (parameter.getParameterChoiceCase()) {
      case INT64_PARAM -> parameter.getInt64Param();
      case UINT64_PARAM -> parameter.getUint64Param();
      case DOUBLE_PARAM -> parameter.getDoubleParam();
      default -> fallback;
    };
  }

  static InferParameter of(boolean value) {
    return InferParameter.newBuilder().setBoolParam(value).build();
  }

  static InferParameter of(long value) {
    return InferParameter.newBuilder().setInt64Param(value).build();
  }

  static InferParameter of(double value) {
    return InferParameter.newBuilder().setDoubleParam(value).build();
  }

  static InferParameter of(String value) {
    return InferParameter.newBuilder().setStringParam(value).build();
  }
}
