package org.scalpel.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.scalpel.testbed.JavaCommand;
import org.scalpel.testbed.TierProcess;
import org.scalpel.testbed.TierProcessConfig;

/**
 * A machine of an emulated network: {@code serve} in a process of its own that ends when this one
 * does. Its store, its log and its temporary files, which a killed process leaves behind, lie in
 * one folder.
 */
public final class TierCommand {
  /** Where a tier listens unless it is told otherwise. */
  public static final String HOST = "127.0.0.1";

  private final String tier;
  private final Path folder;
  private final List<String> words = new ArrayList<>();
  private String listen = HOST + ":0";
  private List<String> jvm = List.of("-Xmx1g");
  private List<String> launcher = List.of();
  private boolean rehearsed = true;

  private TierCommand(String tier, Path folder) {
    this.tier = tier;
    this.folder = folder;
  }

  /** The tier of that name, on any free port of {@link #HOST}. */
  public static TierCommand of(String tier, Path folder) {
    return new TierCommand(tier, folder);
  }

  /** Listens there; port 0 = any free one. */
  public TierCommand listen(String address, int port) {
    listen = address + ":" + port;
    return this;
  }

  /** Declared time dilation, 1 = none. */
  public TierCommand slowdown(double factor) {
    return with("--slowdown", String.valueOf(factor));
  }

  /** The address of the tier behind; empty = none. */
  public TierCommand next(String address) {
    return address.isEmpty() ? this : with("--next", address);
  }

  /** Further options of {@code serve}. */
  public TierCommand with(String... options) {
    words.addAll(List.of(options));
    return this;
  }

  /** Options of its virtual machine; without them it has a heap of 1 GiB at most. */
  public TierCommand jvm(List<String> options) {
    jvm = List.copyOf(options);
    return this;
  }

  /** Without the seconds of rehearsal, for a machine whose times do not count. */
  public TierCommand cold() {
    rehearsed = false;
    return this;
  }

  /** Behind another command, which starts it. */
  public TierCommand behind(List<String> command) {
    launcher = List.copyOf(command);
    return this;
  }

  /** What the tier prints. */
  public static Path log(String tier, Path folder) {
    return folder.resolve(tier + ".log");
  }

  /**
   * Starts it and waits until it serves.
   *
   * @throws org.scalpel.testbed.TestbedException if it ends first or takes too long
   */
  public TierProcess start() {
    List<String> all = new ArrayList<>(List.of(Main.class.getName(), "serve", "--tier", tier));
    all.addAll(List.of("--listen", listen, "--until-stdin-closes"));
    if (rehearsed) {
      all.add("--rehearse");
    }
    all.addAll(List.of("--store", folder.resolve("store-" + tier).toString()));
    all.addAll(words);
    JavaCommand java =
        JavaCommand.sameClassPath(all.toArray(String[]::new))
            .withOptions(jvm.toArray(String[]::new))
            .withOptions("-Djava.io.tmpdir=" + folder)
            .behind(launcher);
    return TierProcess.start(TierProcessConfig.of(tier, java, log(tier, folder)));
  }
}
