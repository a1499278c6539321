package org.scalpel.lab;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.scalpel.cost.Profile.CodecTime;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.KernelGraph.KernelTensor;
import org.scalpel.graph.Preprocessing;
import org.scalpel.plan.Assignment;
import org.scalpel.plan.Codec;
import org.scalpel.plan.Cost;
import org.scalpel.plan.Partition;
import org.scalpel.plan.PlanLayer;
import org.scalpel.plan.PlanTensor;
import org.scalpel.plan.Planner;
import org.scalpel.plan.Problem;
import org.scalpel.plan.Request;

/**
 * One planning problem in the forms in which its picture may travel.
 *
 * <p><b>As the papers do</b> ({@link #floats}): the first tier turns the picture into a tensor of
 * 32-bit numbers, and tensors travel as they are.
 *
 * <p><b>With codecs</b> ({@link #pixels}, {@link #files}): the picture travels as eight-bit pixels,
 * or as the JPEG file that the camera wrote, and is prepared wherever the plan wants; tensors take
 * any lossless codec.
 */
final class PictureProblems {
  private final KernelGraph kernels;
  private final Optional<Preprocessing> head;
  private final Problem lossless;
  private final Problem lossy;

  /**
   * Of a problem built twice.
   *
   * @param head what prepares the picture; none for a model that takes none
   */
  PictureProblems(
      KernelGraph kernels, Optional<Preprocessing> head, Problem lossless, Problem lossy) {
    this.kernels = kernels;
    this.head = head;
    this.lossless = lossless;
    this.lossy = lossy;
  }

  /** Tensors as they are; what prepares the picture stays on the first tier. */
  Problem floats() {
    Set<Integer> first = preparing();
    List<PlanLayer> layers = new ArrayList<>();
    for (int v = 0; v < lossless.layers().size(); v++) {
      PlanLayer layer = lossless.layers().get(v);
      layers.add(first.contains(v) ? layer.withAllowed(List.of(0)) : layer);
    }
    return lossless.withoutCodecs().withLayers(layers);
  }

  /** The picture as pixels; none without a picture. */
  Optional<Problem> pixels() {
    return head.map(
        steps -> with(lossless, tensor(lossless, steps.imageInput()).withCodecs(List.of())));
  }

  /** The picture as pixels or as a file; none without a picture. */
  Optional<Problem> files() {
    return head.map(steps -> with(lossless, tensor(lossy, steps.imageInput())));
  }

  /** Everything on the last tier, with pixels. */
  Optional<Partition> pixelsFar() {
    return pixels().map(problem -> Cost.partition(problem, far(), Map.of()));
  }

  /** Everything on the last tier, with the quicker of the camera's file and one that is made. */
  Optional<Partition> fileFar() {
    return head.flatMap(steps -> fileFar(steps.imageInput()));
  }

  private Optional<Partition> fileFar(String input) {
    Problem files = with(lossless, tensor(lossy, input));
    return tensor(lossy, input).ways().stream()
        .map(Codec::name)
        .filter(name -> name.equals(CodecTime.JPEG) || name.equals(CodecTime.FILE))
        .map(name -> Cost.partition(files, far(), Map.of(input, everywhere(name))))
        .min(Comparator.comparingDouble(Partition::latencyMs));
  }

  private Assignment far() {
    return Assignment.all(lossless, lossless.tiers().size() - 1);
  }

  private Map<String, String> everywhere(String codec) {
    Map<String, String> links = new LinkedHashMap<>();
    for (int k = 0; k < lossless.links().size(); k++) {
      links.put(lossless.upName(k), codec);
    }
    return links;
  }

  /** The kernels that make the model's own input; the problem's layers are in their order. */
  private Set<Integer> preparing() {
    Set<Integer> found = new HashSet<>();
    head.flatMap(steps -> kernelTensor(steps.input()))
        .ifPresent(tensor -> collect(tensor.producer(), found));
    return found;
  }

  private Optional<KernelTensor> kernelTensor(String name) {
    return kernels.tensors().stream().filter(t -> t.name().equals(name)).findFirst();
  }

  private void collect(int kernel, Set<Integer> found) {
    if (kernel < 0 || !found.add(kernel)) {
      return;
    }
    for (KernelTensor tensor : kernels.tensors()) {
      if (tensor.consumers().contains(kernel)) {
        collect(tensor.producer(), found);
      }
    }
  }

  /** The same with these tiers only; what is bound to a tier already stays there. */
  static Problem within(Problem problem, List<Integer> tiers) {
    return problem.withLayers(
        problem.layers().stream()
            .map(layer -> layer.allowed().isEmpty() ? layer.withAllowed(tiers) : layer)
            .toList());
  }

  /** The main partition of the plan. */
  static Partition best(Problem problem, Request request) {
    return Planner.plan(problem, request).main();
  }

  private static PlanTensor tensor(Problem problem, String name) {
    return problem.tensors().stream()
        .filter(t -> t.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("a problem without tensor " + name));
  }

  private static Problem with(Problem problem, PlanTensor changed) {
    return problem.withTensors(
        problem.tensors().stream()
            .map(t -> t.name().equals(changed.name()) ? changed : t)
            .toList());
  }
}
