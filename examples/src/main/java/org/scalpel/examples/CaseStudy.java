package org.scalpel.examples;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.scalpel.app.Console;
import org.scalpel.app.Progress;
import org.scalpel.codec.Image;
import org.scalpel.cost.Profile;
import org.scalpel.cost.ProfileOptions;
import org.scalpel.cost.Profiler;
import org.scalpel.engine.Engine;
import org.scalpel.engine.EngineOptions;
import org.scalpel.graph.KernelGraph;
import org.scalpel.graph.TensorData;
import org.scalpel.live.LiveClient;
import org.scalpel.plan.Objective;
import org.scalpel.plan.Partition;
import org.scalpel.plan.Plan;
import org.scalpel.tier.Deployment;
import org.scalpel.tier.DeviceTier;
import org.scalpel.tier.PlanExecutor;
import org.scalpel.tier.Rehearsal;
import org.scalpel.tier.TierClient;

/** One study: reference, profiles, plans, then every scheme with every number of cameras. */
final class CaseStudy {
  private static final Duration REHEARSAL = Duration.ofSeconds(5);
  private static final Duration PROFILING = Duration.ofSeconds(5);
  private static final double JPEG_QUALITY = 0.9;
  private static final int WARM_UP = 12;
  private static final long PATIENCE_S = 120;

  private final Console console;
  private final Setting setting;

  /**
   * What is looked at, and where.
   *
   * @param place where events happen
   */
  record Scene(Clip clip, Detector detector, Place place) {}

  /**
   * How much is run.
   *
   * @param cameras numbers of cameras, one run each
   * @param frames of the clip, for the planned scheme
   * @param baselineFrames of the clip, for the others
   * @param live whether frames come at the clip's pace
   * @param window frames of a camera under way at most
   */
  record Extent(List<Integer> cameras, int frames, int baselineFrames, boolean live, int window) {}

  /**
   * All of it.
   *
   * @param jpeg whether pictures may travel as JPEG
   */
  record Setting(
      Scene scene, World world, Objective objective, Extent extent, boolean jpeg, long seed) {}

  /** What came out. */
  record Outcome(
      Setting setting, Reference reference, CasePlans plans, List<SchemeResult> results) {}

  CaseStudy(Console console, Setting setting) {
    this.console = console;
    this.setting = setting;
  }

  Outcome run(Path folder) {
    Scene scene = setting.scene;
    Extent extent = setting.extent;
    int most = extent.cameras.stream().mapToInt(count -> count).max().orElse(1);
    console.note("starting " + most + " × " + setting.world.words());
    try (Engine engine = new Engine(EngineOptions.DEFAULT);
        CaseTestbed testbed = CaseTestbed.start(folder, setting.world, most, extent.window)) {
      Reference reference = reference(engine);
      Rehearsal.run(REHEARSAL);
      CasePlans plans = plans(engine, testbed, reference.first());
      List<SchemeResult> results = new ArrayList<>();
      for (int cameras : extent.cameras) {
        Trial trial = new Trial(scene, plans, reference, testbed.devices().subList(0, cameras));
        plans.schemes(cameras).forEach((name, plan) -> results.add(trial.run(name, plan)));
      }
      return new Outcome(setting, reference, plans, results);
    }
  }

  private Observer observer(Image sample) {
    return new Observer(
        Tracker.Settings.forRate(setting.scene.clip.rate()), setting.scene.place.watch(sample));
  }

  private Reference reference(Engine engine) {
    int most = Math.min(setting.extent.frames, setting.scene.clip.frames());
    Image first = firstFrame();
    try (Progress progress = console.progress("reference: the whole model on every frame", most)) {
      return Reference.of(
          engine, setting.scene, most, observer(first), done -> progress.at(done, most));
    }
  }

  private Image firstFrame() {
    try (Clip.Frames frames = setting.scene.clip.play()) {
      return frames
          .next()
          .orElseThrow(
              () ->
                  new org.scalpel.app.UserException(
                      setting.scene.clip.name() + ": FFmpeg reads no frame of it"));
    }
  }

  private CasePlans plans(Engine engine, CaseTestbed testbed, Image first) {
    Detector detector = setting.scene.detector;
    KernelGraph kernels = engine.kernels(detector.model());
    Image square = new Letterbox(first.width(), first.height(), detector.side()).square(first);
    Map<String, TensorData> inputs = detector.inputs(square);
    ProfileOptions options =
        new ProfileOptions(
            PROFILING,
            setting.seed,
            List.of(
                new ProfileOptions.PictureInput(
                    detector.input(), square, JPEG_QUALITY, Optional.empty())));
    Map<String, Profile> profiles = new LinkedHashMap<>();
    for (World.Machine machine : setting.world.machines()) {
      try (Progress progress = console.progress("profiling " + machine.name(), 100)) {
        Profile profile;
        if (machine.equals(setting.world.device())) {
          Profiler profiler = new Profiler(engine);
          profile =
              profiler
                  .profile(kernels, inputs, options, progress::at)
                  .withSlowdown(machine.slowdown());
        } else {
          try (TierClient tier = testbed.client(machine.name())) {
            profile = tier.profile(kernels, inputs, options, progress::at);
          }
        }
        profiles.put(machine.name(), CasePlans.withCodecs(profile, setting.jpeg));
      }
    }
    return new CasePlans(
        kernels,
        engine.facts(detector.model(), inputs),
        profiles,
        setting.world.network(),
        setting.objective);
  }

  /** One scheme on so many cameras. */
  private final class Trial {
    private final Scene scene;
    private final CasePlans plans;
    private final Reference reference;
    private final List<DeviceTier> devices;

    Trial(Scene scene, CasePlans plans, Reference reference, List<DeviceTier> devices) {
      this.scene = scene;
      this.plans = plans;
      this.reference = reference;
      this.devices = devices;
    }

    SchemeResult run(String name, Plan plan) {
      boolean planned = name.equals(CasePlans.PLANNED);
      boolean adaptive = name.equals(CasePlans.LIVE);
      int wanted = planned ? setting.extent.frames : setting.extent.baselineFrames;
      int frames = Math.min(wanted, reference.frames());
      List<Way> ways = new ArrayList<>();
      try {
        devices.forEach(device -> ways.add(adaptive ? live(device) : fixed(device, plan)));
        return measured(name, plan, ways, frames);
      } finally {
        ways.forEach(Way::close);
      }
    }

    private Way live(DeviceTier device) {
      return new Way.Live(LiveClient.open(device, plans.live()));
    }

    private Way fixed(DeviceTier device, Plan plan) {
      List<PlanExecutor> executors = new ArrayList<>();
      for (Partition partition : plan.partitions()) {
        executors.add(
            device.prepare(
                Deployment.of(plans.kernels(), plans.facts(), setting.world.tiers(), partition)));
      }
      return Way.Fixed.of(executors, plan.partitions());
    }

    private SchemeResult measured(String name, Plan plan, List<Way> ways, int frames) {
      Image first = reference.first();
      Image square =
          new Letterbox(first.width(), first.height(), scene.detector.side()).square(first);
      ways.forEach(way -> CameraRun.warm(way, scene.detector.inputs(square), WARM_UP));
      String task = name + ", " + ways.size() + (ways.size() == 1 ? " camera" : " cameras");
      long begun = System.nanoTime();
      List<List<FrameNote>> notes;
      try (Progress progress = console.progress(task, frames)) {
        notes = play(ways, frames, progress);
      }
      double seconds = (System.nanoTime() - begun) / 1e9;
      EventMatch match = new EventMatch(0, 0, 0);
      for (List<FrameNote> camera : notes) {
        List<Event> raised = camera.stream().flatMap(note -> note.events().stream()).toList();
        long tolerance = Math.round(scene.clip.rate());
        match = match.plus(EventMatch.of(reference.before(frames), raised, tolerance));
      }
      return new SchemeResult(
          name,
          plans.words(plan.partitions()),
          plans.predicted(plan, ways.size()),
          notes,
          seconds,
          match,
          ways.get(0).changes());
    }

    private List<List<FrameNote>> play(List<Way> ways, int frames, Progress progress) {
      Extent extent = setting.extent;
      double step = 1e3 / scene.clip.rate() / ways.size();
      List<CompletableFuture<List<FrameNote>>> cameras = new ArrayList<>();
      for (int i = 0; i < ways.size(); i++) {
        CameraRun camera =
            new CameraRun(scene.detector, observer(reference.first()), ways.get(i), frames);
        CameraRun.Pace pace =
            new CameraRun.Pace(frames, extent.live, extent.window, extent.live ? i * step : 0);
        boolean shown = i == 0;
        CompletableFuture<List<FrameNote>> notes = new CompletableFuture<>();
        Thread thread =
            new Thread(
                () -> {
                  try {
                    notes.complete(
                        camera.run(
                            scene.clip,
                            pace,
                            done -> {
                              if (shown) {
                                progress.at(done, frames);
                              }
                            }));
                  } catch (RuntimeException fault) {
                    notes.completeExceptionally(fault);
                  }
                },
                "camera-" + (i + 1));
        thread.setDaemon(true);
        thread.start();
        long limit = PATIENCE_S + 10 * (long) (frames / scene.clip.rate());
        cameras.add(notes.orTimeout(limit, TimeUnit.SECONDS));
      }
      return cameras.stream().map(CompletableFuture::join).toList();
    }
  }
}
