package org.scalpel.lab;

import java.util.ArrayList;
import java.util.List;

/** What came of deadlines under traces of bandwidth. */
final class EddiTraceReport {
  private static final double AIM = 0.95;
  private static final List<String> SHOWN =
      List.of(
          ExitSchemes.OURS,
          EddiTraces.OURS_PLAIN,
          ExitSchemes.EDDI,
          EddiTraces.EDDI_MARGIN,
          ExitSchemes.EDGENT,
          ExitSchemes.NO_EXITS);
  private static final List<String> RIVALS =
      List.of(ExitSchemes.EDDI, EddiTraces.EDDI_MARGIN, ExitSchemes.EDGENT);

  private final Table traces;

  EddiTraceReport(Table traces) {
    this.traces = traces;
  }

  void write(Report report) {
    report.found(
        "Under traces of bandwidth (predicted), of the requests for which some plan is in time %s are in time with ours (the aim: at least 95 %%), %s without our codecs, %s by the EDDI reconstruction, %s if that keeps ten per cent free, %s by Edgent, %s without exits; right and in time are %s, %s, %s, %s, %s and %s."
            .formatted(shares("in_time", "accuracy_in_time")));
    int below = 0;
    int late = 0;
    int all = 0;
    List<List<String>> rows = new ArrayList<>();
    for (Table model : traces.by("model").values()) {
      for (Table trace : model.by("network").values()) {
        all++;
        double ours = EddiFigures.share(trace, ExitSchemes.OURS, "accuracy_in_time");
        double best =
            RIVALS.stream()
                .mapToDouble(scheme -> EddiFigures.share(trace, scheme, "accuracy_in_time"))
                .max()
                .orElseThrow();
        below += ours < best ? 1 : 0;
        late += EddiFigures.share(trace, ExitSchemes.OURS, "in_time") < AIM ? 1 : 0;
        rows.add(row(trace));
      }
    }
    report.found(
        "Trace by trace and model by model (%d, three deadlines each), ours is in time less than 95 %% of the time in %d, and right and in time less often than the best of Edgent and both readings of EDDI in %d."
            .formatted(all, late, below));
    List<String> columns = new ArrayList<>(List.of("model", "trace"));
    columns.addAll(SHOWN);
    report.table(
        "In time under traces, predicted (right and in time), of requests for which a plan exists",
        new Table(columns, rows));
  }

  private Object[] shares(String first, String second) {
    List<Object> all = new ArrayList<>();
    for (String column : List.of(first, second)) {
      SHOWN.forEach(scheme -> all.add(Figure.percent(EddiFigures.share(traces, scheme, column))));
    }
    return all.toArray();
  }

  private static List<String> row(Table trace) {
    List<String> row = new ArrayList<>(List.of(trace.first("model"), trace.first("network")));
    for (String scheme : SHOWN) {
      row.add(
          "%s (%s)"
              .formatted(
                  Figure.percent(EddiFigures.share(trace, scheme, "in_time")),
                  Figure.percent(EddiFigures.share(trace, scheme, "accuracy_in_time"))));
    }
    return row;
  }
}
