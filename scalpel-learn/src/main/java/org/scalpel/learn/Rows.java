package org.scalpel.learn;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The kernels of several data sets, each once, with what every platform took for it.
 *
 * @param kernels what they are
 * @param samples for each kernel and data set the measurement, where there is one
 */
record Rows(List<KernelFeatures> kernels, List<List<Optional<KernelSample>>> samples) {
  /** The same kernel in two data sets: of one name and with the same features. */
  private record Key(String id, KernelFeatures features) {}

  /** All kernels of the data sets, those of real models too, that took any time at all. */
  static Rows of(List<Dataset> data) {
    Map<Key, List<Optional<KernelSample>>> rows = new LinkedHashMap<>();
    for (int d = 0; d < data.size(); d++) {
      for (KernelSample sample : measured(data.get(d))) {
        List<Optional<KernelSample>> row =
            rows.computeIfAbsent(
                new Key(sample.id(), sample.features()),
                key ->
                    new ArrayList<>(java.util.Collections.nCopies(data.size(), Optional.empty())));
        row.set(d, Optional.of(sample));
      }
    }
    return new Rows(rows.keySet().stream().map(Key::features).toList(), List.copyOf(rows.values()));
  }

  /** What can be learned from: a kernel of 0 ms was fused into another, which has its time. */
  static List<KernelSample> measured(Dataset data) {
    List<KernelSample> all = new ArrayList<>(data.samples());
    data.models().forEach(model -> all.addAll(model.kernels()));
    return all.stream().filter(sample -> sample.ms() > 0).toList();
  }

  int size() {
    return kernels.size();
  }

  /** The architecture of a row. */
  String architecture(int row) {
    return samples.get(row).stream()
        .flatMap(Optional::stream)
        .findFirst()
        .map(KernelSample::architecture)
        .orElseThrow();
  }
}
