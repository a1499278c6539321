package org.scalpel.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.scalpel.plan.Partition;
import org.scalpel.tier.Execution;
import org.scalpel.tier.ExitTaken;
import org.scalpel.tier.ExitTaken.Reason;

/** At which exits requests left; empty for plans without exits. */
record ExitCounts(List<ExitTaken> taken) {
  static ExitCounts of(List<Execution> executions) {
    return new ExitCounts(executions.stream().flatMap(one -> one.taken().stream()).toList());
  }

  List<String> lines() {
    if (taken.isEmpty()) {
      return List.of();
    }
    List<String> lines = new ArrayList<>();
    lines.add(
        "exits: "
            + names(List.of()).stream()
                .map(
                    name ->
                        String.format(
                            Locale.ROOT,
                            "%s %.1f %% (confidence %.3f)",
                            name,
                            100 * rate(name),
                            confidence(name)))
                .collect(Collectors.joining(", ")));
    long late = count(Reason.DEADLINE);
    long lost = count(Reason.LOST) + count(Reason.FORGOTTEN);
    if (late + lost > 0) {
      lines.add("not sure, but left: %d for the deadline, %d for a loss".formatted(late, lost));
    }
    return lines;
  }

  /** Adds {@code exits}, the rates, and {@code answers}, where every request left. */
  void into(ObjectNode json, List<Partition> used) {
    if (taken.isEmpty()) {
      return;
    }
    ArrayNode rates = json.putArray("exits");
    for (String name : names(used)) {
      long count = at(name).size();
      ObjectNode one =
          rates.addObject().put("name", name).put("requests", count).put("rate", rate(name));
      one.put("confidence", count == 0 ? null : confidence(name));
    }
    ArrayNode answers = json.putArray("answers");
    taken.forEach(
        one ->
            answers
                .addObject()
                .put("exit", one.name())
                .put("confidence", one.confidence())
                .put("reason", one.reason().text()));
  }

  private Set<String> names(List<Partition> used) {
    Set<String> names = new LinkedHashSet<>();
    used.stream().flatMap(one -> one.exits().stream()).forEach(one -> names.addAll(one.names()));
    taken.forEach(one -> names.add(one.name()));
    return names;
  }

  private List<ExitTaken> at(String name) {
    return taken.stream().filter(one -> one.name().equals(name)).toList();
  }

  private double rate(String name) {
    return at(name).size() / (double) taken.size();
  }

  private double confidence(String name) {
    return at(name).stream().mapToDouble(ExitTaken::confidence).average().orElse(0);
  }

  private long count(Reason reason) {
    return taken.stream().filter(one -> one.reason() == reason).count();
  }
}
