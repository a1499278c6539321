package org.scalpel.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import org.scalpel.learn.Share;
import org.scalpel.learn.Skipped;

/** Shares with their intervals, for people and programs. */
final class Shares {
  private Shares() {}

  /** As {@code 91.2–92.8 %}. */
  static String interval(Share share) {
    return interval(share.low(), share.high());
  }

  static String interval(double low, double high) {
    return String.format(Locale.ROOT, "%.1f–%.1f %%", 100 * low, 100 * high);
  }

  /** The share, or null of nothing, and its interval beside it. */
  static void put(ObjectNode json, String field, Share share) {
    if (share.of() == 0) {
      json.putNull(field).putNull(field + "_interval");
      return;
    }
    json.put(field, share.value());
    json.putArray(field + "_interval").add(share.low()).add(share.high());
  }

  static void skipped(ObjectNode json, Skipped skipped) {
    ObjectNode all = json.putObject("skipped");
    all.set("broken", Json.texts(skipped.broken()));
    all.set("not_finite", Json.texts(skipped.notFinite()));
  }
}
