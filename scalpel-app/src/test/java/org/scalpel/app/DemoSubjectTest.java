package org.scalpel.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.scalpel.codec.Image;
import org.scalpel.codec.ImageCodec;
import org.scalpel.graph.TensorFact;
import org.scalpel.testbed.OwnClassifier;

class DemoSubjectTest {
  @TempDir Path folder;

  @Test
  void aModelThatTakesPicturesAsTheyAreNeedsNoRecipe() throws IOException {
    Path picture = folder.resolve("grey.png");
    Files.write(picture, ImageCodec.encodePng(new Image(40, 20, new byte[40 * 20 * 3])));
    DemoSubject subject =
        DemoSubject.ofFiles(OwnClassifier.RESNET.copyTo(folder), picture, Optional.empty());
    assertThat(subject.tensors()).containsOnlyKeys(subject.input());
    TensorFact fact = subject.tensors().values().iterator().next().fact();
    assertThat(fact.shape()).containsExactly(1L, 32L, 32L, 3L);
    assertThat(subject.request().files()).containsOnlyKeys(subject.input());
    assertThat(subject.picture().picture().width()).isEqualTo(32);
  }
}
