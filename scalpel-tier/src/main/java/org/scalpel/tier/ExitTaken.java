package org.scalpel.tier;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Where a request left a model with early exits.
 *
 * @param name of the exit
 * @param confidence there, 0 … 1, by the plan's measure
 */
public record ExitTaken(String name, double confidence, Reason reason) {
  /** Why it left. */
  public enum Reason {
    /** Its confidence reached the exit's threshold. */
    SURE,
    /** The rest would not have come, or did not come, within the request's time. */
    DEADLINE,
    /** What is behind could not be reached or could not answer. */
    LOST,
    /** A tier behind was restarted and knew the plan no more. */
    FORGOTTEN,
    /** It went all the way. */
    END;

    /** The word for it in files and on the wire. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Reason> of(String text) {
      return Arrays.stream(values()).filter(one -> one.text().equals(text)).findFirst();
    }
  }

  /** Whether less than the whole model was run. */
  public boolean isEarly() {
    return reason != Reason.END;
  }

  ExitTaken because(Reason other) {
    return new ExitTaken(name, confidence, other);
  }
}
