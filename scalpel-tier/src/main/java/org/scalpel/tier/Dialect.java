package org.scalpel.tier;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.scalpel.oip.InferParameter;
import org.scalpel.oip.ServerMetadataResponse;

/**
 * How a server of the protocol that is not ours wants to be spoken to. It is known by the name that
 * it gives itself; one that is not in the table gets what every server understands.
 *
 * @param server a part of the name, in lower case
 * @param parameters of every request
 */
record Dialect(String server, Map<String, InferParameter> parameters) {
  private static final Map<String, InferParameter> NONE = Map.of();

  /**
   * Requests are raw everywhere. Answers are raw from Triton and OpenVINO's server, raw to raw
   * requests from KServe and MLServer, and typed from the last one unless it is asked; they are
   * read in either form.
   */
  private static final List<Dialect> TABLE =
      List.of(
          new Dialect("triton", NONE),
          new Dialect("openvino", NONE),
          new Dialect("kserve", NONE),
          new Dialect("mlserver", NONE),
          new Dialect("ai-serving", Map.of("raw_output", Params.of(true))));

  private static final Dialect PLAIN = new Dialect("", NONE);

  static Dialect of(ServerMetadataResponse metadata) {
    String name = metadata.getName().toLowerCase(Locale.ROOT);
    return TABLE.stream().filter(d -> name.contains(d.server)).findFirst().orElse(PLAIN);
  }
}
