package org.scalpel.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.scalpel.codec.Image;
import org.scalpel.codec.ImageCodec;

/** Where samples come from and the files that hold what was made of them. */
class ExitDataTest {
  @TempDir private Path folder;

  private static byte[] png(int grey) {
    byte[] rgb = new byte[4 * 4 * 3];
    java.util.Arrays.fill(rgb, (byte) grey);
    return ImageCodec.encodePng(new Image(4, 4, rgb));
  }

  private Path tree(String... files) throws IOException {
    Path root = folder.resolve("tree");
    for (String file : files) {
      Path place = root.resolve(file);
      Files.createDirectories(java.util.Objects.requireNonNull(place.getParent()));
      Files.write(place, png(file.hashCode() & 0x7F));
    }
    return root;
  }

  @Test
  void foldersAreClassesInTheOrderOfTheAlphabet() throws IOException {
    Path root = tree("b/1.png", "a/2.png", "c/deep/not/3.txt", "c/4.jpg", "b/5.png");
    try (ClassifiedPictures all = ClassifiedPictures.open(root, 3, Selection.DEFAULT)) {
      assertThat(all.size()).isEqualTo(4);
      for (int i = 0; i < all.size(); i++) {
        assertThat(all.labelOf(i)).isEqualTo("abc".indexOf(all.nameOf(i).charAt(0)));
        assertThat(all.image(i)).isPresent();
      }
    }
  }

  @Test
  void aTableOfLabelsNamesClassesOrNumbers() throws IOException {
    Path root = tree("x.png", "y.png", "sub/z.png");
    Files.writeString(root.resolve("labels.csv"), "file,class\nx.png,2\n\"sub/z.png\", 0\n");
    try (ClassifiedPictures all = ClassifiedPictures.open(root, 3, Selection.DEFAULT)) {
      assertThat(all.size()).isEqualTo(2);
      assertThat(all.labelOf(0) + all.labelOf(1)).isEqualTo(2);
    }
    Files.writeString(root.resolve("labels.csv"), "x.png,2\ny.png\n");
    refused(root, 3, "labels.csv line 2: expected file,class");
    Files.writeString(root.resolve("labels.csv"), "x.png,2\nx.png,1\n");
    refused(root, 3, "names 'x.png' a second time");
    Files.writeString(root.resolve("labels.csv"), "x.png,2\n../y.png,1\n");
    refused(root, 3, "outside the folder");
    Files.writeString(root.resolve("labels.csv"), "x.png,3\ny.png,1\n");
    refused(root, 3, "class 3, and the model has classes 0 to 2");
    Files.writeString(root.resolve("labels.csv"), "x.png,1\ny.png,1\n");
    refused(root, 3, "one class, '1'");
  }

  private static void refused(Path data, int classes, String part) {
    assertThatThrownBy(() -> ClassifiedPictures.open(data, classes, Selection.DEFAULT).close())
        .isInstanceOf(LearnException.class)
        .hasMessageContaining(part);
  }

  @Test
  void archivesAreReadWhereTheyLie() throws IOException {
    Path tar = folder.resolve("set.tar");
    try (OutputStream out = Files.newOutputStream(tar);
        TarArchiveOutputStream archive = new TarArchiveOutputStream(out)) {
      for (String name : List.of("test/cat/1.png", "test/dog/1.png", "test/dog/2.png")) {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        byte[] bytes = name.endsWith("2.png") ? new byte[] {1} : png(9);
        entry.setSize(bytes.length);
        archive.putArchiveEntry(entry);
        archive.write(bytes);
        archive.closeArchiveEntry();
      }
    }
    try (ClassifiedPictures all = ClassifiedPictures.open(folder, 2, Selection.DEFAULT)) {
      assertThat(all.size()).isEqualTo(3);
      for (int i = 0; i < 3; i++) {
        assertThat(all.labelOf(i)).isEqualTo(all.nameOf(i).contains("dog") ? 1 : 0);
        assertThat(all.image(i).isPresent()).isEqualTo(!all.nameOf(i).endsWith("2.png"));
      }
    }
    Files.copy(tar, folder.resolve("other.tar"));
    refused(folder, 2, "several data sets");
  }

  @Test
  void digitsAreReadFromTheirArrays() throws IOException {
    Path images = folder.resolve("t-images-idx3-ubyte.gz");
    Path labels = folder.resolve("t-labels-idx1-ubyte.gz");
    zipped(images, new int[] {2051, 2, 1, 2}, 10, 20, 30, 40);
    zipped(labels, new int[] {2049, 2}, 7, 3);
    try (ClassifiedPictures all = ClassifiedPictures.open(images, 10, Selection.DEFAULT)) {
      for (int i = 0; i < 2; i++) {
        boolean first = all.nameOf(i).endsWith("#0");
        assertThat(all.labelOf(i)).isEqualTo(first ? 7 : 3);
        assertThat(all.image(i).orElseThrow().at(1, 0, 2)).isEqualTo(first ? 20 : 40);
      }
    }
    zipped(labels, new int[] {2049, 1}, 7);
    refused(images, 10, "has 1 labels; expected 2");
    zipped(images, new int[] {2051, 3, 1, 2}, 10);
    refused(images, 10, "ends after 1 of 6 pixels");
    zipped(images, new int[] {7}, 10);
    refused(images, 10, "begins with 7; expected 2051");
  }

  private static void zipped(Path file, int[] header, int... bytes) throws IOException {
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(plain);
    for (int number : header) {
      out.writeInt(number);
    }
    for (int one : bytes) {
      out.writeByte(one);
    }
    try (OutputStream zip = new GZIPOutputStream(Files.newOutputStream(file))) {
      zip.write(plain.toByteArray());
    }
  }

  @Test
  void partsShareNothingAndTheSameSeedDealsTheSame() throws IOException {
    List<String> files = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      files.add((i % 2 == 0 ? "a/" : "b/") + i + ".png");
    }
    Path root = tree(files.toArray(new String[0]));
    Set<String> seen = new HashSet<>();
    for (int part = 1; part <= 3; part++) {
      Selection selection = Selection.DEFAULT.withPart(part, 3);
      try (ClassifiedPictures one = ClassifiedPictures.open(root, 2, selection);
          ClassifiedPictures again = ClassifiedPictures.open(root, 2, selection)) {
        assertThat(one.fingerprint()).isEqualTo(again.fingerprint());
        for (int i = 0; i < one.size(); i++) {
          assertThat(seen.add(one.nameOf(i))).isTrue();
        }
      }
    }
    assertThat(seen).hasSize(20);
    Selection few = Selection.DEFAULT.withMost(5).withoutLabels();
    try (ClassifiedPictures some = ClassifiedPictures.open(root, 9, few)) {
      assertThat(some.size()).isEqualTo(5);
      assertThat(some.labelled()).isFalse();
    }
    assertThatThrownBy(() -> Selection.DEFAULT.withPart(4, 3)).isInstanceOf(LearnException.class);
    Path names = Files.writeString(folder.resolve("names"), "z\nb\na\n\n");
    Selection listed = Selection.DEFAULT.withClasses(Optional.of(names));
    try (ClassifiedPictures some = ClassifiedPictures.open(root, 3, listed)) {
      assertThat(some.labelOf(0)).isEqualTo(some.nameOf(0).startsWith("b") ? 1 : 2);
    }
  }

  @Test
  void extractionGoesOnAfterTheLastWholeSample() throws IOException {
    Path file = folder.resolve("features.part");
    try (FeatureFile features = FeatureFile.open(file, "{a}", 2)) {
      features.append(3, new float[] {1, 2});
      features.append(FeatureFile.BROKEN, new float[2]);
    }
    Files.write(file, new byte[] {1, 2, 3}, java.nio.file.StandardOpenOption.APPEND);
    try (FeatureFile features = FeatureFile.open(file, "{a}", 2)) {
      assertThat(features.rows()).isEqualTo(2);
      features.append(4, new float[] {5, 6});
      List<String> rows = new ArrayList<>();
      features.scan((row, label, values) -> rows.add(row + ":" + label + ":" + values[1]));
      assertThat(rows).containsExactly("0:3:2.0", "1:-2:0.0", "2:4:6.0");
    }
    assertThatThrownBy(() -> FeatureFile.open(file, "{b}", 2).close())
        .isInstanceOf(LearnException.class)
        .hasMessageContaining("was begun with another model, data or options");
  }

  @Test
  void confidencesAreKeptAsTheyAre() throws IOException {
    ExitSamples samples =
        new ExitSamples(
            "sha",
            List.of("exit1", "final"),
            10,
            true,
            List.of(
                new ExitSamples.Row(
                    3,
                    List.of(
                        new ExitSamples.Answer(3, 0.125f, 0.1f, 1e-7f),
                        new ExitSamples.Answer(4, 1, 1, 1)))),
            new Skipped(List.of(), List.of()));
    for (String name : List.of("s.jsonl.gz", "s.jsonl")) {
      samples.write(folder.resolve(name));
      assertThat(ExitSamples.read(folder.resolve(name))).isEqualTo(samples);
    }
    Path file = folder.resolve("s.jsonl");
    String text = Files.readString(file);
    for (String bad :
        List.of("[3]", "[11,[3,1,1,1],[4,1,1,1]]", "[3,[3,1,1],[4,1,1,1]]", "{", "")) {
      Files.writeString(file, text + bad + "\n");
      assertThatThrownBy(() -> ExitSamples.read(file))
          .isInstanceOf(LearnException.class)
          .hasMessageContaining("s.jsonl line 3");
    }
    Files.writeString(file, "{\"schema\": 2}\n");
    assertThatThrownBy(() -> ExitSamples.read(file)).hasMessageContaining("line 1");
  }

  @Test
  void sharesHaveWilsonsInterval() {
    Share share = new Share(8, 10);
    assertThat(share.low()).isCloseTo(0.4902, within(1e-4));
    assertThat(share.high()).isCloseTo(0.9433, within(1e-4));
    assertThat(new Share(0, 20).low()).isCloseTo(0, within(1e-12));
    assertThat(new Share(20, 20).high()).isCloseTo(1, within(1e-12));
    assertThat(new Share(0, 0).high()).isEqualTo(1);
    assertThatThrownBy(() -> new Share(2, 1)).isInstanceOf(LearnException.class);
  }
}
