package org.scalpel.app;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;

/**
 * Where a verb speaks: results on stdout, everything else on stderr. With {@code --json} the only
 * thing on stdout is the one document given to {@link #json}.
 */
public final class Console implements AutoCloseable {
  private final PrintWriter out;
  private final PrintWriter err;
  private final CommonOptions options;

  private Console(CommonOptions options, PrintWriter out, PrintWriter err) {
    this.options = options;
    this.out = out;
    this.err = err;
  }

  static Console of(CommonOptions options, PrintWriter out, PrintWriter err) {
    return new Console(options, out, err);
  }

  /** True if the result is wanted as JSON. */
  public boolean wantsJson() {
    return options.json();
  }

  /** A line of the result, for people; dropped when JSON is wanted. */
  public void print(String line) {
    if (!options.json()) {
      out.println(line);
      out.flush();
    }
  }

  /** The result for programs; dropped unless JSON is wanted. Call it once. */
  public void json(JsonNode document) {
    if (options.json()) {
      out.println(Json.text(document));
      out.flush();
    }
  }

  /** A remark on stderr. */
  public void note(String line) {
    if (!options.quiet()) {
      err.println(line);
      err.flush();
    }
  }

  /** A remark on stderr that only the curious want. */
  public void detail(String line) {
    if (options.verbose()) {
      note(line);
    }
  }

  /**
   * A task whose progress is shown on stderr: a bar on a terminal, plain lines elsewhere.
   *
   * @param task what is done
   * @param steps how many steps it has; 0 when that shows only later
   */
  public Progress progress(String task, long steps) {
    return Progress.start(task, steps, options.progress() ? err : null);
  }

  @Override
  public void close() {
    out.flush();
    err.flush();
  }
}
