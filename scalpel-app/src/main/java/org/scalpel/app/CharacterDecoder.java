package org.scalpel.app;

import java.util.ArrayList;
import java.util.List;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;

/**
 * Best-path decoding of a text recogniser: at every step the most likely class, repetitions joined,
 * blanks (class 0) dropped. The last class is the space.
 */
final class CharacterDecoder {
  private static final String KEY = "character";

  private final List<String> characters;

  private CharacterDecoder(List<String> characters) {
    this.characters = characters;
  }

  /** The characters that the model carries in its metadata. */
  static CharacterDecoder of(OnnxModel model) {
    return model.proto().getMetadataPropsList().stream()
        .filter(entry -> entry.getKey().equals(KEY))
        .findFirst()
        .map(entry -> new CharacterDecoder(new ArrayList<>(entry.getValue().lines().toList())))
        .orElseThrow(
            () -> new UserException(model.label() + ": metadata: expected \"" + KEY + "\""));
  }

  String text(TensorData classes) {
    StringBuilder text = new StringBuilder();
    long last = 0;
    for (long one : classes.longs()) {
      if (one != last && one > 0) {
        text.append(one <= characters.size() ? characters.get((int) one - 1) : " ");
      }
      last = one;
    }
    return text.toString();
  }
}
