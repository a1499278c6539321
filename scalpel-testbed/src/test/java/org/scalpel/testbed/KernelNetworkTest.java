package org.scalpel.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is asked of the system; whether the kernel obeys is measured by an experiment. */
class KernelNetworkTest {
  private final List<String> asked = new ArrayList<>();
  private String listed = "";
  private String refused = "nothing";

  private String answer(List<String> words) {
    String line = String.join(" ", words);
    if (line.contains(refused)) {
      throw new TestbedException(line + ": Operation not permitted");
    }
    asked.add(line);
    return line.equals("ip netns list") ? listed : "";
  }

  private KernelNetwork chain(LinkShape... links) {
    return KernelNetwork.chain(List.of(links), this::answer);
  }

  @Test
  void everyHostButTheFirstIsANamespaceAndBothEndsOfALinkAreSlow() {
    try (KernelNetwork network = chain(new LinkShape(8, 80, 0), LinkShape.symmetric(1, 20))) {
      String prefix = String.join(" ", network.on(1));

      assertThat(network.on(0)).isEmpty();
      assertThat(prefix).startsWith("ip netns exec scalpel-" + ProcessHandle.current().pid());
      assertThat(asked)
          .anyMatch(line -> line.startsWith("tc qdisc") && line.contains("tbf rate 8000000bit"))
          .anyMatch(line -> line.startsWith(prefix) && line.contains("tbf rate 80000000bit"))
          .anyMatch(line -> line.startsWith(prefix) && line.contains("netem delay 10.000ms"));
      assertThat(network.address(1)).startsWith("198.18.").endsWith(".6");
    }
  }

  @Test
  void whatWasMadeIsRemovedInTheOppositeOrder() {
    chain(LinkShape.symmetric(1, 0), LinkShape.symmetric(1, 0)).close();

    List<String> ends = asked.stream().filter(line -> line.contains(" del ")).toList();
    assertThat(ends).hasSize(3);
    assertThat(ends.get(0)).endsWith("-2");
    assertThat(ends.get(1)).startsWith("ip link del ");
    assertThat(ends.get(2)).endsWith("-1");
  }

  @Test
  void aProgramThatSaysNoLeavesNothingBehind() {
    refused = "tbf";

    assertThatThrownBy(() -> chain(LinkShape.symmetric(1, 0)))
        .isInstanceOf(TestbedException.class)
        .hasMessageContaining("not permitted");
    assertThat(asked).anyMatch(line -> line.startsWith("ip netns del"));
  }

  @Test
  void whatAKilledProcessLeftIsRemovedAndNothingElse() {
    long own = ProcessHandle.current().pid();
    listed = "scalpel-999999999-0-1 (id: 3)\nmine\nscalpel-" + own + "-7-1\n";

    chain(LinkShape.symmetric(1, 0)).close();

    assertThat(asked)
        .contains("ip netns del scalpel-999999999-0-1")
        .doesNotContain("ip netns del mine", "ip netns del scalpel-" + own + "-7-1");
  }

  @Test
  void aClosedLinkLosesEverythingAndAnUnlimitedOneHasNoBucket() {
    chain(new LinkShape(0, Double.POSITIVE_INFINITY, 0)).close();

    assertThat(asked)
        .anyMatch(line -> line.contains("netem loss 100%"))
        .anyMatch(line -> line.contains("pfifo"))
        .noneMatch(line -> line.contains("tbf"));
  }

  @Test
  void aLinkThatIsNotThereIsRefused() {
    try (KernelNetwork network = chain(LinkShape.symmetric(1, 0))) {
      assertThatThrownBy(() -> network.shape(1, LinkShape.UNLIMITED))
          .hasMessage("link 1 of a chain of 1");
    }
    assertThatThrownBy(() -> KernelNetwork.chain(List.of(), this::answer))
        .hasMessageContaining("expected 1 to 60");
  }
}
