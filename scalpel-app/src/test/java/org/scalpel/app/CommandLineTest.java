package org.scalpel.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandLineTest {
  @TempDir private Path folder;

  @Test
  void helpListsEveryVerbAndEveryVerbHasExamples() {
    Cli help = Cli.run("--help");
    assertThat(help.code()).isZero();
    for (VerbProvider.Entry entry : new BuiltInVerbs().verbs()) {
      assertThat(help.out()).contains(entry.name(), entry.summary().substring(0, 20));
      Cli verb = Cli.run(entry.name(), "--help");
      assertThat(verb.code()).isZero();
      assertThat(verb.out()).contains("Examples:", "scalpel " + entry.name(), "--json");
    }
  }

  @Test
  void versionAndCompletionArePrinted() {
    assertThat(Cli.run("--version").out()).startsWith("scalpel ");
    assertThat(Cli.run("generate-completion").out()).contains("inspect", "--problem", "complete");
  }

  @Test
  void wrongWordsAreOneLineWithAdviceAndCodeTwo() {
    for (List<String> words :
        List.of(
            List.of("plna"),
            List.of("plan", "--problm", "x"),
            List.of("plan"),
            List.of("plan", "--problem"),
            List.of("split", "x.onnx"),
            List.of("plan", "--problem", "x", "--top", "many"))) {
      Cli cli = Cli.run(words.toArray());
      assertThat(cli.code()).as("%s", words).isEqualTo(2);
      assertThat(cli.out()).isEmpty();
      assertThat(cli.err().lines()).as("%s", words).hasSize(1);
    }
    assertThat(Cli.run("plan", "--problm", "x").err()).contains("Maybe --problem");
  }

  @Test
  void anUnknownVerbIsRefusedEvenWhereHelpIsAskedFor() {
    Cli cli = Cli.run("plam", "--help");
    assertThat(cli.code()).isEqualTo(2);
    assertThat(cli.out()).isEmpty();
    assertThat(cli.err()).contains("unknown verb 'plam'", "inspect", "serve");
  }

  @Test
  void aConfigurationThatCannotBeReadIsOneLine() throws IOException {
    Path broken = Files.writeString(folder.resolve("broken.yaml"), "plan: [1\n");
    Path misspelt = Files.writeString(folder.resolve("slip.yaml"), "plam: {top: 3}\n");
    for (Path file : List.of(folder.resolve("none.yaml"), folder, broken, misspelt)) {
      Cli cli = Cli.run("plan", "--config", file);
      assertThat(cli.code()).as("%s", file).isEqualTo(2);
      assertThat(cli.err()).contains(file.getFileName().toString()).doesNotContain("Exception");
      assertThat(cli.err().lines()).hasSize(1);
    }
  }

  @Test
  void everyOptionTakesTheValueThatItsHelpPromises() throws IOException {
    Path problem = Examples.problem(folder);
    Object[] words = {
      "plan", "--problem", problem, "--deadline-ms", "100", "--max-loss", "0.5", "--json"
    };
    assertThat(Cli.run(words).json().get("value_ms").asDouble()).isBetween(64.7, 64.8);
    words[4] = "10";
    assertThat(Cli.run(words).code()).isEqualTo(3);
    words[4] = "soon";
    assertThat(Cli.run(words).err()).contains("--deadline-ms", "'soon' is not a");
  }

  @Test
  void aMissingFileIsOneLineThatNamesIt() {
    Cli cli = Cli.run("plan", "--problem", folder.resolve("none.json"));
    assertThat(cli.code()).isEqualTo(2);
    assertThat(cli.err()).contains("none.json").contains("no such file");
    assertThat(cli.err().lines()).hasSize(1);
  }

  @Test
  void badModelsAreRefusedInOneLine() throws IOException {
    Path empty = Files.write(folder.resolve("empty.onnx"), new byte[0]);
    Path noise = Files.write(folder.resolve("noise.onnx"), new byte[] {9, 9, 9, 9, 9, 9, 9});
    for (Path file : List.of(empty, noise, folder)) {
      Cli cli = Cli.run("inspect", file);
      assertThat(cli.code()).isEqualTo(2);
      assertThat(cli.err().lines()).hasSize(1);
      assertThat(cli.err()).contains(file.getFileName().toString()).doesNotContain("Exception");
    }
  }

  @Test
  void verboseShowsTheStackTraceOfAFault() {
    Cli cli = Cli.run("plan", "-v", "--problem", folder.resolve("none.json"));
    assertThat(cli.code()).isEqualTo(2);
    assertThat(cli.err()).contains("\tat org.scalpel.app.");
  }

  @Test
  void aConfigurationFileGivesDefaultsThatTheCommandLineOverrides() throws IOException {
    Path problem = Examples.problem(folder);
    Path config =
        Files.writeString(
            folder.resolve("c.yaml"),
            "plan:\n  problem: "
                + problem
                + "\n  algorithm: device-only\n  pin: {conv1: device}\n");
    assertThat(Cli.run("plan", "--config", config, "--json").json().get("algorithm").asText())
        .isEqualTo("device-only");
    assertThat(
            Cli.run("plan", "--config", config, "--algorithm", "mincut", "--json")
                .json()
                .get("algorithm")
                .asText())
        .isEqualTo("mincut");
  }

  @Test
  void aWrongKeyInTheConfigurationIsNamed() throws IOException {
    Path config = Files.writeString(folder.resolve("c.yaml"), "plan:\n  algoritm: auto\n");
    Cli cli = Cli.run("plan", "--config", config);
    assertThat(cli.code()).isEqualTo(2);
    assertThat(cli.err()).contains("c.yaml", "plan.algoritm");
    assertThat(cli.err().lines()).hasSize(1);
  }
}
