package org.scalpel.tier;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Damaged REST documents: each is read or refused in one line, and nothing else happens. */
@Timeout(60)
class RestFuzzTest {
  private static final int TRIES = 10_000;
  private static final Set<Status.Code> REFUSALS =
      EnumSet.of(Status.Code.INVALID_ARGUMENT, Status.Code.UNIMPLEMENTED);
  private static final List<String> GOOD =
      List.of(
          "{\"id\":\"7\",\"parameters\":{\"a\":true,\"b\":1.5,\"c\":-3,\"d\":\"x\",\"e\":[{}]},"
              + "\"inputs\":[{\"data\":[[1,2],[3,-4e2]],\"datatype\":\"FP32\",\"name\":\"x\","
              + "\"shape\":[2,2]},{\"name\":\"b\",\"shape\":[3],\"datatype\":\"BOOL\","
              + "\"data\":[true,0,1]}],\"outputs\":[{\"name\":\"y\"}]}",
          "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,4],\"datatype\":\"FP16\","
              + "\"parameters\":{\"binary_data_size\":8}},{\"name\":\"u\",\"shape\":[2],"
              + "\"datatype\":\"UINT64\",\"data\":[18446744073709551615,0]}],"
              + "\"outputs\":[{\"name\":\"y\",\"parameters\":{\"binary_data\":true}}]}");

  @Test
  void damagedDocumentsAreReadOrRefused() {
    Mutations mutations = new Mutations(41);
    int refused = 0;
    for (int i = 0; i < TRIES; i++) {
      String good = GOOD.get(i % GOOD.size());
      byte[] json = mutations.of(good.getBytes(StandardCharsets.UTF_8));
      ByteBuffer tail = ByteBuffer.wrap(mutations.noise(mutations.below(3) * 8));
      try {
        RestInfer.read("m", json, tail).release();
      } catch (StatusRuntimeException e) {
        refused++;
        assertThat(REFUSALS).contains(e.getStatus().getCode());
        assertThat(Refusal.line(e.getStatus())).isNotBlank();
      }
      try {
        var unused = RestBody.of(json).flag("ready");
      } catch (StatusRuntimeException e) {
        assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
      }
    }
    assertThat(refused).isBetween(TRIES / 2, TRIES);
  }

  @Test
  void undamagedDocumentsAreRead() {
    var plain =
        RestInfer.read("m", GOOD.get(0).getBytes(StandardCharsets.UTF_8), ByteBuffer.allocate(0));
    assertThat(plain.raw()).hasSize(2);
    assertThat(plain.raw().get(0).getFloat(12)).isEqualTo(-400f);
    var binary =
        RestInfer.read("m", GOOD.get(1).getBytes(StandardCharsets.UTF_8), ByteBuffer.allocate(8));
    assertThat(binary.raw().get(1).getLong(0)).isEqualTo(-1);
  }
}
