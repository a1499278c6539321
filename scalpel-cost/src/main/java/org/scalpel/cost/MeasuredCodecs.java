package org.scalpel.cost;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.scalpel.codec.TensorCodec;
import org.scalpel.cost.Profile.CodecTime;
import org.scalpel.plan.Codec;
import org.scalpel.plan.PlanTensor;

/** The codecs of a tensor that every profile has measured. */
final class MeasuredCodecs {
  private final List<Profile> profiles;
  private final boolean lossy;

  /** Tensor → codec → times, for every profile. */
  private final List<Map<String, Map<String, CodecTime>>> times = new ArrayList<>();

  MeasuredCodecs(List<Profile> profiles, boolean lossy) {
    this.profiles = profiles;
    this.lossy = lossy;
    for (Profile profile : profiles) {
      Map<String, Map<String, CodecTime>> byTensor = new HashMap<>();
      for (CodecTime time : profile.measured().codecs()) {
        byTensor
            .computeIfAbsent(time.tensor(), any -> new LinkedHashMap<>())
            .put(time.codec(), time);
      }
      times.add(byTensor);
    }
  }

  /**
   * What a tensor may travel as instead of {@code raw}.
   *
   * @param raw what leaving and entering a session costs without a codec, which is paid with one as
   *     well
   */
  List<Codec> of(PlanTensor tensor, Codec raw) {
    List<Codec> codecs = new ArrayList<>();
    for (CodecTime first : of(0, tensor.name()).values()) {
      double loss = 0;
      long bytes = 0;
      List<Double> encode = new ArrayList<>();
      List<Double> decode = new ArrayList<>();
      for (int k = 0; k < profiles.size(); k++) {
        Optional<CodecTime> time = Optional.ofNullable(of(k, tensor.name()).get(first.codec()));
        if (time.isPresent()) {
          double slowdown = profiles.get(k).slowdown();
          encode.add(raw.encodeMs().get(k) + time.get().encodeMs().medianMs() * slowdown);
          decode.add(raw.decodeMs().get(k) + time.get().decodeMs().medianMs() * slowdown);
          loss = Math.max(loss, time.get().loss());
          bytes = Math.max(bytes, time.get().bytes());
        }
      }
      if (encode.size() == profiles.size() && (lossy || !isLossy(first, loss))) {
        codecs.add(new Codec(first.codec(), bytes, encode, decode, loss));
      }
    }
    return codecs;
  }

  private Map<String, CodecTime> of(int profile, String tensor) {
    return times.get(profile).getOrDefault(tensor, Map.of());
  }

  /** One that changed nothing on one input may do so on the next. */
  private static boolean isLossy(CodecTime codec, double loss) {
    return loss > 0
        || codec.codec().equals(CodecTime.JPEG)
        || TensorCodec.named(codec.codec()).map(c -> !c.lossless()).orElse(false);
  }
}
