package org.scalpel.tier;

import java.util.Locale;

/** What a caller may do. */
public enum Role {
  /** Ask for inference and for what a tier says of itself. */
  INFER,
  /** Everything: also send models, prepare and retire plans, profile, load and unload. */
  ADMIN;

  /** As it stands in files of tokens. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  boolean covers(Role needed) {
    return compareTo(needed) >= 0;
  }
}
