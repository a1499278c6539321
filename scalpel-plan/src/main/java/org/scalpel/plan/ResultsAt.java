package org.scalpel.plan;

import java.util.Locale;

/** Where the outputs are wanted. */
public enum ResultsAt {
  /** Every output returns to tier 0. */
  DEVICE,
  /** Outputs stay where they are produced. */
  ANYWHERE;

  /** The name used in files. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
