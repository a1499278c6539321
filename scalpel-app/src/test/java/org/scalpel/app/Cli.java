package org.scalpel.app;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;

/** The command line in this process: what a user would see. */
record Cli(int code, String out, String err) {
  static Cli run(Object... words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] args = Arrays.stream(words).map(String::valueOf).toArray(String[]::new);
    int code = Main.run(args, new PrintWriter(out), new PrintWriter(err));
    return new Cli(code, out.toString(), err.toString());
  }

  /** Fails unless all of stdout is one JSON document. */
  JsonNode json() {
    return Json.parse(out, "stdout");
  }
}
