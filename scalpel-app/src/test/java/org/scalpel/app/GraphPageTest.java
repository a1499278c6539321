package org.scalpel.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

class GraphPageTest {
  @Test
  void twoThousandKernelsAreLaidOutWithoutOverlap() {
    GraphView view = graph(2000);
    GraphLayout layout =
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(50), () -> GraphLayout.of(view));
    List<GraphLayout.Box> boxes = layout.boxes();
    for (int i = 1; i < boxes.size(); i++) {
      assertThat(overlap(boxes.get(i - 1), boxes.get(i))).isFalse();
      assertThat(boxes.get(i).x() + boxes.get(i).width()).isLessThanOrEqualTo(layout.width());
      assertThat(boxes.get(i).y() + boxes.get(i).height()).isLessThanOrEqualTo(layout.height());
    }
    assertThat(layout.routes()).hasSameSizeAs(view.edges()).allMatch(route -> route.size() >= 2);
    assertThat(layout.height() / layout.width()).isLessThan(4);
  }

  @Test
  void aChainWithAnEdgePastAllOfItIsNoTower() {
    GraphView chain = graph(200);
    List<GraphView.Edge> edges = new ArrayList<>(chain.edges());
    edges.add(new GraphView.Edge(0, 199, 1000, Map.of()));
    GraphLayout layout = GraphLayout.of(new GraphView(List.of(), chain.nodes(), edges));
    assertThat(layout.height() / layout.width()).isLessThan(4);
    for (int i = 0; i < layout.boxes().size(); i++) {
      for (int j = 0; j < i; j++) {
        assertThat(overlap(layout.boxes().get(i), layout.boxes().get(j))).isFalse();
      }
    }
    assertThat(layout.routes()).hasSameSizeAs(edges).allMatch(route -> route.size() >= 2);
  }

  @Test
  void textInScriptsAndInMarkupIsEscaped() {
    String hostile = "</script><b>\u2028&'\"";
    GraphView view =
        new GraphView(
            List.of(),
            List.of(
                new GraphView.Node(
                    GraphView.Kind.KERNEL,
                    hostile,
                    hostile,
                    1,
                    -1,
                    false,
                    Map.of(hostile, hostile))),
            List.of());
    String html = GraphPage.html(hostile, Map.of(hostile, hostile), view);
    assertThat(html).doesNotContain("<b>").contains("&lt;b&gt;").contains("\\u003cb\\u003e");
    assertThat(html).doesNotContain("src=", "href=", "@import").contains("default-src 'none'");
  }

  private static boolean overlap(GraphLayout.Box a, GraphLayout.Box b) {
    return a.x() < b.x() + b.width()
        && b.x() < a.x() + a.width()
        && a.y() < b.y() + b.height()
        && b.y() < a.y() + a.height();
  }

  /** A chain with branches, seeded. */
  private static GraphView graph(int kernels) {
    Random random = new Random(7);
    List<GraphView.Node> nodes = new ArrayList<>();
    List<GraphView.Edge> edges = new ArrayList<>();
    for (int i = 0; i < kernels; i++) {
      nodes.add(
          new GraphView.Node(
              GraphView.Kind.KERNEL, "Conv", "conv" + i, random.nextDouble(), -1, false, Map.of()));
      if (i > 0) {
        edges.add(new GraphView.Edge(i - 1, i, 1000, Map.of()));
      }
      if (i > 4 && random.nextInt(4) == 0) {
        edges.add(new GraphView.Edge(i - 2 - random.nextInt(3), i, 1000, Map.of()));
      }
    }
    return new GraphView(List.of(), nodes, edges);
  }
}
