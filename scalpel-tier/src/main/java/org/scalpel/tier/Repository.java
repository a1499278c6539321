package org.scalpel.tier;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.scalpel.engine.Session;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorFact;

/** Everything that can be called by name on a tier: whole models, and the segments of plans. */
final class Repository implements AutoCloseable {
  private static final int MOST_STATS = 10_000;

  private final PlanCache plans;
  private final Map<String, ServedModel> models = new ConcurrentSkipListMap<>();
  private final Map<String, ModelStats> stats = new ConcurrentHashMap<>();
  private final TierMetrics metrics = new TierMetrics();

  Repository(PlanCache plans) {
    this.plans = plans;
  }

  /**
   * What a caller of a name has to know.
   *
   * @param inputs by name; -1 for a free dimension
   * @param outputs likewise
   */
  record Signature(Map<String, TensorFact> inputs, Map<String, TensorFact> outputs) {}

  /** A segment of a plan by its name. The plan is held and must be released. */
  record Found(PreparedPlan plan, Optional<PreparedPlan.Part> part) {}

  void publish(String name, ServedModel model) {
    ServedModel old = models.put(name, model);
    if (old != null) {
      old.unload();
    }
  }

  /** What the tier counts. */
  TierMetrics metrics() {
    return metrics;
  }

  /** A whole model, loaded or not. */
  Optional<ServedModel> model(String name) {
    return Optional.ofNullable(models.get(name));
  }

  /**
   * The plan that a segment's name belongs to, whether the segment is this tier's or one behind.
   */
  Optional<Found> segment(String name) {
    String plan = planOf(name);
    if (plan.isEmpty() || plans.find(plan).isEmpty()) {
      return Optional.empty();
    }
    PreparedPlan found = plans.take(plan);
    boolean known =
        name.equals(
            found.chain().firstBeyond(found.tier() - 1).map(found.chain()::name).orElse(""));
    Optional<PreparedPlan.Part> part =
        found.parts().stream().filter(p -> p.name().equals(name)).findFirst();
    if (!known && part.isEmpty()) {
      found.release();
      return Optional.empty();
    }
    return Optional.of(new Found(found, part));
  }

  private static String planOf(String name) {
    int last = name.lastIndexOf('.');
    int before = last < 0 ? -1 : name.lastIndexOf('.', last - 1);
    return before < 0 ? "" : name.substring(before + 1, last);
  }

  /** What a caller of a name has to know; empty for a name that cannot be called now. */
  Optional<Signature> signature(String name) {
    Optional<ServedModel.Lease> whole = model(name).flatMap(ServedModel::hold);
    if (whole.isPresent()) {
      Session session = whole.get().session();
      Signature signature = new Signature(facts(session.inputs()), facts(session.outputs()));
      whole.get().release();
      return Optional.of(signature);
    }
    for (PreparedPlan plan : plans.all()) {
      for (PreparedPlan.Part part : plan.parts()) {
        if (part.name().equals(name)) {
          return Optional.of(signature(plan, part));
        }
      }
    }
    return Optional.empty();
  }

  static Signature signature(PreparedPlan plan, PreparedPlan.Part part) {
    return new Signature(
        known(plan, part.session().inputs()), known(plan, part.session().outputs()));
  }

  private static Map<String, TensorFact> known(PreparedPlan plan, List<OnnxModel.Value> values) {
    Map<String, TensorFact> all = new LinkedHashMap<>();
    values.forEach(v -> all.put(v.name(), plan.chain().fact(v.name())));
    return all;
  }

  static Map<String, TensorFact> facts(List<OnnxModel.Value> values) {
    Map<String, TensorFact> all = new LinkedHashMap<>();
    values.forEach(v -> all.put(v.name(), v.fact()));
    return all;
  }

  ModelStats stats(String name) {
    if (stats.size() > MOST_STATS) {
      // Segments of plans that are gone.
      all();
    }
    ModelStats known = stats.get(name);
    return known != null ? known : stats.computeIfAbsent(name, this::fresh);
  }

  private ModelStats fresh(String name) {
    return new ModelStats(metrics.served(name));
  }

  /** The names of whole models. */
  List<String> modelNames() {
    return List.copyOf(models.keySet());
  }

  /** Every name that is held, with its counts. */
  Map<String, ModelStats> all() {
    Map<String, ModelStats> all = new TreeMap<>();
    List<String> names = new ArrayList<>(models.keySet());
    plans.all().forEach(p -> p.parts().forEach(s -> names.add(s.name())));
    stats.keySet().retainAll(Set.copyOf(names));
    names.forEach(n -> all.put(n, stats.computeIfAbsent(n, this::fresh)));
    return all;
  }

  @Override
  public void close() {
    models.values().forEach(ServedModel::unload);
    models.clear();
  }
}
