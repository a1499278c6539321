package org.scalpel.app;

import java.util.ArrayList;
import java.util.List;
import org.scalpel.codec.TensorCodec;
import org.scalpel.cost.Profile;
import org.scalpel.cost.Profile.CodecTime;
import org.scalpel.cost.Stat;

/** What a profile says about codecs: every one of a picture, and one line for all tensors. */
final class CodecLines {
  private static final double MB_PER_S = 1e-3;

  private CodecLines() {}

  static List<String> of(Profile profile) {
    List<String> lines = new ArrayList<>();
    for (CodecTime codec : profile.measured().codecs()) {
      if (TensorCodec.named(codec.codec()).isEmpty()) {
        lines.add(
            "  %-12s %s as %s: encode %s, decode %s, changes outputs by %s"
                .formatted(
                    "picture",
                    Units.bytes(codec.bytes()),
                    codec.codec(),
                    Units.ms(codec.encodeMs().medianMs()),
                    Units.ms(codec.decodeMs().medianMs()),
                    Units.percent(codec.loss())));
      }
    }
    for (String name : TensorCodec.names()) {
      List<CodecTime> all =
          profile.measured().codecs().stream().filter(c -> c.codec().equals(name)).toList();
      if (!all.isEmpty()) {
        lines.add(line(profile, name, all));
      }
    }
    return lines;
  }

  private static String line(Profile profile, String name, List<CodecTime> all) {
    List<Double> sizes = new ArrayList<>();
    double bytes = 0;
    double encode = 0;
    double decode = 0;
    double loss = 0;
    for (CodecTime codec : all) {
      long raw =
          java.util.Optional.ofNullable(profile.subject().facts().get(codec.tensor()))
              .map(fact -> fact.bytes())
              .orElse(codec.bytes());
      sizes.add((double) codec.bytes() / Math.max(1, raw));
      bytes += raw;
      encode += codec.encodeMs().medianMs();
      decode += codec.decodeMs().medianMs();
      loss = Math.max(loss, codec.loss());
    }
    return "  %-12s %d tensors to %s of their bytes in the median, encode %.0f MB/s, decode %.0f MB/s%s"
        .formatted(
            name,
            all.size(),
            Units.percent(Stat.quantile(sizes, 0.5)),
            MB_PER_S * bytes / Math.max(1e-6, encode),
            MB_PER_S * bytes / Math.max(1e-6, decode),
            loss == 0 ? "" : ", changes outputs by up to " + Units.percent(loss));
  }
}
