package org.scalpel.lab;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.scalpel.learn.Dataset;
import org.scalpel.learn.KernelError;
import org.scalpel.learn.KernelFeatures;
import org.scalpel.learn.KernelSample;
import org.scalpel.learn.LearningCurve;
import org.scalpel.learn.ModelSample;
import org.scalpel.learn.Onboarding;
import org.scalpel.learn.Overheads;
import org.scalpel.learn.Prediction;
import org.scalpel.learn.Predictor;
import org.scalpel.learn.Roofline;
import org.scalpel.learn.TrainOptions;

/**
 * Learned predictors against others, on architectures that none of them has learned from: all
 * architectures are apart once, in {@code folds} groups, the same for everyone.
 */
final class Evaluation {
  static final String OURS = "networks";
  static final String ALONE = "networks, one platform";
  static final String ROOFLINE = "roofline";
  static final String BOOSTED = "boosted trees (log)";
  static final String BOOSTED_RATIO = "boosted trees by roofline (log)";
  static final String NEW_PLATFORM = "networks, new platform, 50 measurements";
  private static final int NEW_SAMPLES = 50;

  /**
   * What is asked.
   *
   * @param curveFolds in how many of the folds every platform is also taken for a new one
   */
  record Order(
      List<Dataset> data, int folds, int curveFolds, Against against, TrainOptions training) {}

  /**
   * What else is asked.
   *
   * @param baselines the methods of others
   * @param alone networks that learn from one platform only
   */
  record Against(boolean baselines, boolean alone) {}

  /** Which predictions. */
  record Key(String platform, String predictor) {}

  /**
   * Predictions of one predictor for one platform.
   *
   * @param kernels predicted and measured
   * @param models of every model the predicted times of its kernels, by id
   * @param wholes predicted and measured times of whole models
   */
  record Scores(
      List<KernelError.Pair> kernels, Map<String, double[]> models, List<KernelError.Pair> wholes) {
    Scores() {
      this(new ArrayList<>(), new LinkedHashMap<>(), new ArrayList<>());
    }
  }

  /** Told after every step. */
  interface Watcher {
    void at(long done, long all);
  }

  private final Order order;
  private final Watcher watcher;
  private final Map<Key, Scores> scores = new LinkedHashMap<>();
  private final Map<Key, List<KernelError.Pair>> curves = new LinkedHashMap<>();

  Evaluation(Order order, Watcher watcher) {
    this.order = order;
    this.watcher = watcher;
  }

  Map<Key, Scores> scores() {
    return scores;
  }

  /** The learning curves: platform and number of measurements. */
  Map<Key, List<KernelError.Pair>> curves() {
    return curves;
  }

  /** Learns and predicts everything. */
  void run() throws InterruptedException {
    List<Set<String>> folds = folds();
    List<Callable<List<Answer>>> tasks = new ArrayList<>();
    for (int f = 0; f < folds.size(); f++) {
      Set<String> apart = folds.get(f);
      List<Dataset> train =
          order.data().stream().map(d -> LearningCurve.without(d, apart)).toList();
      List<Dataset> test = order.data().stream().map(d -> LearningCurve.only(d, apart)).toList();
      networks(train, test, f);
      watcher.at(f + 1, 2L * folds.size());
      if (order.against().baselines()) {
        for (int d = 0; d < train.size(); d++) {
          tasks.addAll(baselines(train.get(d), test.get(d)));
        }
      }
    }
    long networks = folds.size();
    ExecutorService pool = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    try {
      List<Future<List<Answer>>> running = tasks.stream().map(pool::submit).toList();
      for (int i = 0; i < running.size(); i++) {
        running.get(i).get().forEach(this::take);
        watcher.at(networks + networks * (i + 1) / running.size(), 2 * networks);
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("a baseline failed: " + e.getMessage(), e);
    } finally {
      pool.shutdownNow();
    }
  }

  private List<Set<String>> folds() {
    List<KernelSample> samples = new ArrayList<>();
    List<ModelSample> models = new ArrayList<>();
    order.data().forEach(d -> samples.addAll(d.samples()));
    order.data().forEach(d -> models.addAll(d.models()));
    Dataset all = new Dataset(order.data().get(0).platform(), samples, models);
    return LearningCurve.folds(all, order.folds(), order.training().seed());
  }

  private void networks(List<Dataset> train, List<Dataset> test, int fold) {
    Predictor together = Predictor.train(train, order.training());
    for (int d = 0; d < train.size(); d++) {
      String name = train.get(d).platform().name();
      take(new Answer(new Key(name, OURS), train.get(d), test.get(d), of(together.on(name))));
      if (train.size() > 1) {
        if (order.against().alone()) {
          Predictor alone = Predictor.train(List.of(train.get(d)), order.training());
          take(new Answer(new Key(name, ALONE), train.get(d), test.get(d), of(alone.on(name))));
        }
        if (fold < order.curveFolds()) {
          onboard(train, train.get(d), test.get(d));
        }
      }
    }
  }

  /** A platform that the networks have never seen, on architectures that nobody has seen. */
  private void onboard(List<Dataset> train, Dataset own, Dataset test) {
    String name = own.platform().name();
    List<Dataset> others = train.stream().filter(d -> !d.platform().name().equals(name)).toList();
    Predictor pretrained = Predictor.train(others, order.training());
    for (int step : LearningCurve.STEPS) {
      Dataset few = Onboarding.few(own, step, order.training().seed());
      Predictor.PlatformPredictor adapted = Onboarding.adapt(pretrained, few).on(name);
      String label = step == Integer.MAX_VALUE ? "all" : String.valueOf(step);
      curves
          .computeIfAbsent(new Key(name, label), key -> new ArrayList<>())
          .addAll(KernelError.pairs(adapted, test.measured()));
      if (step == NEW_SAMPLES) {
        take(new Answer(new Key(name, NEW_PLATFORM), own, test, of(adapted)));
      }
    }
  }

  private static Baseline.Predicting of(Predictor.PlatformPredictor predictor) {
    return kernels -> predictor.predict(kernels).stream().mapToDouble(Prediction::meanMs).toArray();
  }

  private List<Callable<List<Answer>>> baselines(Dataset train, Dataset test) {
    String name = train.platform().name();
    List<Callable<List<Answer>>> tasks = new ArrayList<>();
    tasks.add(
        () -> {
          Roofline roofline = Roofline.of(train.measured());
          return List.of(
              new Answer(
                  new Key(name, ROOFLINE),
                  train,
                  test,
                  kernels -> kernels.stream().mapToDouble(roofline::ms).toArray()));
        });
    for (Baseline baseline : Baseline.all()) {
      tasks.add(
          () ->
              List.of(
                  new Answer(
                      new Key(name, baseline.name()),
                      train,
                      test,
                      baseline.learn(train, order.training().seed()))));
    }
    return tasks;
  }

  /** A predictor that has learned, and what it is to predict. */
  private record Answer(Key key, Dataset train, Dataset test, Baseline.Predicting predicting) {}

  private void take(Answer answer) {
    Scores own = scores.computeIfAbsent(answer.key(), key -> new Scores());
    List<KernelSample> samples = answer.test().measured();
    double[] ms = answer.predicting().ms(features(samples));
    for (int i = 0; i < ms.length; i++) {
      own.kernels().add(new KernelError.Pair(ms[i], samples.get(i).ms()));
    }
    // What whole runs take by the sum of their kernels is measured on the models that are not
    // apart.
    Overheads overheads = Overheads.of(answer.train());
    for (ModelSample model : answer.test().models()) {
      double[] times = answer.predicting().ms(features(model.kernels()));
      own.models().put(model.id(), times);
      own.wholes().add(new KernelError.Pair(overheads.wholeMs(times), model.ms()));
    }
  }

  private static List<KernelFeatures> features(Collection<KernelSample> samples) {
    return samples.stream().map(KernelSample::features).toList();
  }
}
