package org.scalpel.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.scalpel.app.Console;
import org.scalpel.app.OutputFile;
import org.scalpel.app.Progress;
import org.scalpel.app.UserException;
import org.scalpel.app.Verb;
import org.scalpel.app.WorkFolder;
import org.scalpel.plan.Objective;
import picocli.CommandLine.Option;

/** What both studies have in common: a video, a detector, machines, and the reports. */
abstract class CaseVerb extends Verb {
  private static final String DETECTOR =
      "YOLOX-nano (Apache-2.0) is one: https://github.com/Kazuhito00/YOLOX-ONNX-TFLite-Sample/raw/"
          + "3d4f1119d0694200671c08069ecb847aa0d8495a/model/yolox_nano.onnx, SHA-256 "
          + "695e750a5d5754bb5a8d5325643b59282191a7e7a564e435a415fd3c578eab14"
          + " (made by https://github.com/Megvii-BaseDetection/YOLOX)";

  private static final Path ZOO_MODEL = Path.of("models", "yolox-nano", "yolox_nano.onnx");
  private static final int DRAWN_FRAMES = 300;

  @Option(
      names = "--model",
      paramLabel = "FILE",
      description = "A YOLOX detector (default: that of $SCALPEL_ZOO, where it is set).")
  private Optional<Path> model = Optional.empty();

  @Option(
      names = "--video",
      paramLabel = "FILE",
      description =
          "A video, or a camera such as /dev/video0, of which --seconds are recorded first (default: the study's clip in $SCALPEL_ZOO, else one that is drawn).")
  private Optional<Path> video = Optional.empty();

  @Option(
      names = "--network",
      paramLabel = "FILE|LINK,…",
      description = "The links between the tiers: presets or UP/DOWN/RTT in Mbit/s and ms.")
  private Optional<String> network = Optional.empty();

  @Option(
      names = "--slowdown",
      split = ",",
      paramLabel = "TIER=F",
      description = "The tiers, the camera's device first, and how much slower than this machine.")
  private Map<String, Double> slowdowns = new LinkedHashMap<>();

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "Of the clip, for the planned scheme (default: 60).")
  private double seconds = 60;

  @Option(
      names = "--baseline-seconds",
      paramLabel = "S",
      description = "Of the clip, for the other schemes (default: 15).")
  private double baselineSeconds = 15;

  @Option(names = "--frames", paramLabel = "N", description = "At most so many frames of the clip.")
  private int frames = Integer.MAX_VALUE;

  @Option(
      names = "--no-realtime",
      negatable = true,
      description =
          "Frames as fast as they are taken, none dropped, instead of at the clip's pace.")
  private boolean realtime = true;

  @Option(
      names = "--window",
      paramLabel = "N",
      description =
          "Frames of a camera under way at most (default: 2 for intrusion, 4 for traffic).")
  private Optional<Integer> window = Optional.empty();

  @Option(names = "--no-jpeg", negatable = true, description = "Pictures travel without loss only.")
  private boolean jpeg = true;

  @Option(
      names = "--score",
      paramLabel = "P",
      description = "Least score of a detection (default: ${DEFAULT-VALUE}).",
      defaultValue = "0.3")
  private double score = 0.3;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where report.md, report.json and annotated.avi go (default: case-NAME).")
  private Optional<Path> out = Optional.empty();

  /** The study's own part. */
  record Subject(
      String name,
      String title,
      Objective objective,
      String network,
      Map<String, Double> machines,
      Detector.Wanted wanted,
      int window,
      Place place,
      String zooVideo,
      DrawnClip.Motif motif) {}

  abstract Subject subject();

  abstract List<Integer> cameras();

  @Override
  protected int run(Console console) throws IOException {
    Subject subject = subject();
    if (!(seconds > 0) || !(baselineSeconds > 0) || frames < 1) {
      throw usage("expected --seconds, --baseline-seconds and --frames above 0");
    }
    Detector detector = Detector.read(modelFile(subject), subject.wanted(), score);
    Path folder = out.orElse(Path.of("case-" + subject.name()));
    Ffmpeg ffmpeg = Ffmpeg.find();
    Files.createDirectories(folder);
    Clip clip = clip(console, ffmpeg, subject, folder);
    World world =
        World.of(
            slowdowns.isEmpty() ? subject.machines() : slowdowns,
            network.orElse(subject.network()));
    CaseStudy.Setting setting =
        new CaseStudy.Setting(
            new CaseStudy.Scene(clip, detector, subject.place()),
            world,
            subject.objective(),
            new CaseStudy.Extent(
                cameras(),
                limit(clip, seconds),
                limit(clip, baselineSeconds),
                realtime,
                window.orElse(subject.window())),
            jpeg,
            common().seed());
    CaseStudy.Outcome outcome;
    try (WorkFolder work = WorkFolder.create("scalpel-case-")) {
      outcome = new CaseStudy(console, setting).run(work.path());
    }
    report(console, new CaseReport(subject.title(), outcome), folder);
    annotate(console, ffmpeg, subject, outcome, folder.resolve("annotated.avi"));
    return OK;
  }

  private Path modelFile(Subject subject) {
    return model
        .or(() -> zoo(ZOO_MODEL))
        .orElseThrow(
            () ->
                new UserException(
                    subject.name() + ": expected a detector, --model FILE. " + DETECTOR));
  }

  private static Optional<Path> zoo(Path inside) {
    return Optional.ofNullable(System.getenv("SCALPEL_ZOO"))
        .map(folder -> Path.of(folder).resolve(inside))
        .filter(Files::isRegularFile);
  }

  private Clip clip(Console console, Ffmpeg ffmpeg, Subject subject, Path folder) {
    Optional<Path> file = video.or(() -> zoo(Path.of("video", subject.zooVideo())));
    if (file.isPresent()) {
      boolean camera = file.get().startsWith("/dev");
      return camera
          ? FileClip.record(ffmpeg, file.get(), seconds, folder.resolve("recorded.avi"))
          : FileClip.open(ffmpeg, file.get());
    }
    console.note(
        "no --video: a clip is drawn. The detector knows photographs and may see nothing in it");
    return new DrawnClip(subject.motif(), DRAWN_FRAMES);
  }

  private int limit(Clip clip, double ofSeconds) {
    double wanted = Math.min(frames, Math.ceil(ofSeconds * clip.rate()));
    return (int) Math.min(wanted, clip.frames());
  }

  private void annotate(
      Console console, Ffmpeg ffmpeg, Subject subject, CaseStudy.Outcome outcome, Path file) {
    OptionalDouble most = outcome.results().stream().mapToDouble(SchemeResult::cameras).max();
    SchemeResult shown =
        outcome.results().stream()
            .filter(result -> result.scheme().equals(CasePlans.PLANNED))
            .filter(result -> result.cameras() == most.orElse(1))
            .findFirst()
            .orElseThrow();
    List<FrameNote> notes = shown.notes().get(0);
    String title = shown.cameras() == 1 ? subject.name() : "camera 1 of " + shown.cameras();
    try (Progress progress = console.progress("writing " + file, notes.size())) {
      new Annotation(outcome.setting().scene().clip(), subject.place(), title)
          .write(ffmpeg, file, notes, done -> progress.at(done, notes.size()));
    }
  }

  private void report(Console console, CaseReport report, Path folder) {
    List<String> words =
        Optional.ofNullable(System.getProperty("scalpel.command")).stream().toList();
    OutputFile.write(
        folder.resolve("report.md"),
        report.markdown(words.isEmpty() ? "examples/case " + subject().name() : words.get(0)));
    OutputFile.write(folder.resolve("report.json"), report.json().toPrettyString() + "\n");
    report.lines().forEach(console::print);
    console.print("");
    console.print("report: " + folder.resolve("report.md").toAbsolutePath());
    console.json(report.json());
  }
}
