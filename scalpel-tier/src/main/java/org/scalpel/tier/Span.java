package org.scalpel.tier;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Where a request's time went in one tier: durations only, so that no clocks are compared.
 *
 * <p>On the wire: {@code edge queue=1200 compute=830000 codec=0 total=1900000 forward=900000 sent=0
 * received=0;cloud …}, nanoseconds and tensor bytes, the answering tier first.
 *
 * @param tier its name
 * @param queueNs waiting for a worker
 * @param computeNs running segments, dilation included
 * @param codecNs decoding inputs
 * @param totalNs from the request's arrival to the answer's departure, the tiers behind included
 * @param forwardNs the round trip to the tier behind, its work included; 0 without one
 * @param sentBytes of tensors to the tier behind
 * @param receivedBytes of tensors from the tier behind
 */
public record Span(
    String tier,
    long queueNs,
    long computeNs,
    long codecNs,
    long totalNs,
    long forwardNs,
    long sentBytes,
    long receivedBytes) {
  private static final int MAX_SPANS = 16;

  static String write(List<Span> spans) {
    StringBuilder text = new StringBuilder(spans.size() * 96);
    for (Span s : spans) {
      if (text.length() > 0) {
        text.append(';');
      }
      text.append(s.tier)
          .append(" queue=")
          .append(s.queueNs)
          .append(" compute=")
          .append(s.computeNs);
      text.append(" codec=").append(s.codecNs).append(" total=").append(s.totalNs);
      text.append(" forward=").append(s.forwardNs);
      text.append(" sent=").append(s.sentBytes).append(" received=").append(s.receivedBytes);
    }
    return text.toString();
  }

  /** Reads what a peer wrote; whatever is not understood is left out, spans are never required. */
  static List<Span> read(String text) {
    List<Span> spans = new ArrayList<>();
    if (text.isEmpty() || text.length() > 4096) {
      return spans;
    }
    for (String one : text.split(";", MAX_SPANS + 1)) {
      String[] words = one.strip().split(" ");
      if (spans.size() < MAX_SPANS && !words[0].isEmpty()) {
        spans.add(
            new Span(
                words[0],
                value(words, "queue="),
                value(words, "compute="),
                value(words, "codec="),
                value(words, "total="),
                value(words, "forward="),
                value(words, "sent="),
                value(words, "received=")));
      }
    }
    return spans;
  }

  private static long value(String[] words, String key) {
    for (String word : words) {
      if (word.startsWith(key)) {
        try {
          return Math.max(0, Long.parseLong(word, key.length(), word.length(), 10));
        } catch (NumberFormatException e) {
          return 0;
        }
      }
    }
    return 0;
  }

  /** For logs. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s %.3f ms", tier, totalNs / 1e6);
  }
}
