package org.scalpel.learn;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.scalpel.codec.CodecException;
import org.scalpel.codec.Image;

/**
 * The samples that a classifier learns from or is judged by: pictures, one by one, each with the
 * index of its class where that is known.
 *
 * <p>What {@code --data} may be: a folder with a folder for each class, a folder with {@code
 * labels.csv}, a folder of pictures without labels, a {@code .tar} of any of these but the second,
 * or an MNIST file.
 */
public final class ClassifiedPictures implements AutoCloseable {
  /** The label of a sample of which no class is known. */
  public static final int UNKNOWN = -1;

  private final String label;
  private final PictureSource source;
  private final List<PictureSource.Item> items;
  private final int[] labels;
  private final boolean labelled;

  private ClassifiedPictures(
      String label, PictureSource source, List<PictureSource.Item> items, int[] labels) {
    this.label = label;
    this.source = source;
    this.items = items;
    this.labels = labels;
    this.labelled = labels.length > 0 && labels[0] != UNKNOWN;
  }

  /**
   * Opens a data set for a model with so many classes.
   *
   * @throws LearnException nothing there, labels that do not match the classes, or only one class
   */
  public static ClassifiedPictures open(Path data, int classes, Selection selection) {
    PictureSource source = PictureSource.open(data);
    try {
      return of(data.toString(), source, classes, selection);
    } catch (RuntimeException fault) {
      source.close();
      throw fault;
    }
  }

  private static ClassifiedPictures of(
      String label, PictureSource source, int classes, Selection selection) {
    List<PictureSource.Item> all = source.items();
    long unknown = all.stream().filter(item -> item.label().isEmpty()).count();
    boolean labelled = selection.labels() && unknown < all.size();
    Map<String, Integer> indices = Map.of();
    if (labelled) {
      if (unknown > 0) {
        throw new LearnException(
            "%s: %d of %d pictures have no label (%s); expected labels for all or for none"
                .formatted(label, unknown, all.size(), firstUnknown(all)));
      }
      List<String> names = all.stream().map(PictureSource.Item::label).distinct().toList();
      if (names.size() < 2) {
        throw new LearnException(
            "%s: all %d pictures are of one class, '%s'; expected two or more"
                .formatted(label, all.size(), names.get(0)));
      }
      indices = ClassNames.of(label, names, classes, selection.classes());
    }
    List<PictureSource.Item> chosen = chosen(all, selection);
    int[] labels = new int[chosen.size()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = labelled ? indices.getOrDefault(chosen.get(i).label(), UNKNOWN) : UNKNOWN;
    }
    return new ClassifiedPictures(label, source, chosen, labels);
  }

  private static String firstUnknown(List<PictureSource.Item> all) {
    return all.stream()
        .filter(item -> item.label().isEmpty())
        .findFirst()
        .map(PictureSource.Item::name)
        .orElse("");
  }

  private static List<PictureSource.Item> chosen(
      List<PictureSource.Item> all, Selection selection) {
    List<PictureSource.Item> shuffled = new ArrayList<>(all);
    Collections.shuffle(shuffled, new Random(selection.seed()));
    List<PictureSource.Item> dealt = new ArrayList<>();
    for (int i = selection.part() - 1;
        i < shuffled.size() && dealt.size() < selection.most();
        i += selection.parts()) {
      dealt.add(shuffled.get(i));
    }
    return List.copyOf(dealt);
  }

  /** What messages call it. */
  public String label() {
    return label;
  }

  /** How many samples. */
  public int size() {
    return items.size();
  }

  /** Whether the classes of the samples are known. */
  public boolean labelled() {
    return labelled;
  }

  /** The class of a sample, or {@link #UNKNOWN}. */
  public int labelOf(int sample) {
    return labels[sample];
  }

  /**
   * Classes with fewer samples than that, and how many they have; none where no class is known.
   *
   * @param classes of the model
   */
  public SortedMap<Integer, Integer> scarce(int classes, int least) {
    int[] counts = new int[classes];
    Arrays.stream(labels).filter(label -> label != UNKNOWN).forEach(label -> counts[label]++);
    SortedMap<Integer, Integer> scarce = new TreeMap<>();
    for (int c = 0; labelled && c < classes; c++) {
      if (counts[c] < least) {
        scarce.put(c, counts[c]);
      }
    }
    return scarce;
  }

  /** What to call a sample. */
  public String nameOf(int sample) {
    return items.get(sample).name();
  }

  /** The picture; empty if it is broken or gone. */
  public Optional<Image> image(int sample) {
    try {
      return Optional.of(source.image(items.get(sample)));
    } catch (IOException | CodecException broken) {
      return Optional.empty();
    }
  }

  /** The file that the picture came as; empty if there is none, or if it cannot be read. */
  public Optional<byte[]> file(int sample) {
    try {
      return source.file(items.get(sample));
    } catch (IOException gone) {
      return Optional.empty();
    }
  }

  /** Tells apart different samples, or the same in another order; what their labels mean or not. */
  String fingerprint() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (PictureSource.Item item : items) {
        digest.update((item.name() + '\n').getBytes(StandardCharsets.UTF_8));
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    source.close();
  }
}
