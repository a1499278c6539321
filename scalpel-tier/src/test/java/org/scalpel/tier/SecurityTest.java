package org.scalpel.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scalpel.graph.OnnxModel;
import org.scalpel.graph.TensorData;
import org.scalpel.tier.TierException.Kind;

/** Who gets in, over real sockets: gRPC, heartbeat and lanes alike. */
@Timeout(60)
class SecurityTest {
  private static final List<String> THREE = List.of("device", "edge", "cloud");
  private static final List<String> TWO = List.of("device", "edge");

  @TempDir Path folder;

  private final OnnxModel model = Nets.skipping(3);
  private final Map<String, TensorData> inputs = Nets.inputs(model, 2);

  private Papers papers() {
    return new Papers(folder.resolve("papers"));
  }

  private TierServer server(Security security) {
    return TierServer.start(Nets.tier("edge", folder).security(security).build());
  }

  private TierConfig client(TierServer server, Security security) {
    return Nets.tier("device", folder).next(server.address().toString()).security(security).build();
  }

  private TierStatus status(TierServer server, Security security) {
    try (TierClient client = TierClient.of(server.address(), client(server, security))) {
      return client.status();
    }
  }

  /** Every kind of call: over gRPC, and over a lane. */
  private void answersRightly(TierServer server, Security security) {
    try (DeviceTier device = new DeviceTier(client(server, security));
        PlanExecutor plan = device.prepare(Nets.cut(model, TWO, 2))) {
      SplitExecutionTest.assertSame(plan.execute(inputs).outputs(), Nets.whole(model, inputs));
    }
  }

  private void refused(TierServer server, Security security, Kind kind, String... words) {
    assertThatThrownBy(() -> status(server, security))
        .isInstanceOfSatisfying(
            TierException.class, e -> assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind))
        .message()
        .contains(words)
        .hasLineCount(1);
    laneRefused(server, security, kind, words);
  }

  /** The same by a lane, which has no call of gRPC before it. */
  private void laneRefused(TierServer server, Security security, Kind kind, String... words) {
    TierConfig config = client(server, security);
    try (TierClient client = TierClient.of(server.address(), config)) {
      var header = org.scalpel.oip.ModelInferRequest.newBuilder().setModelName("m").setId("1");
      CompletableFuture<Answer> answer =
          client
              .connection()
              .send(
                  InferMessage.of(header.build(), List.of()),
                  Deadline.in(java.time.Duration.ofSeconds(10)));
      assertThatThrownBy(() -> answer.get(20, TimeUnit.SECONDS))
          .cause()
          .isInstanceOfSatisfying(
              TierException.class,
              e -> assertThat(e.kind()).as("lane: " + e.getMessage()).isEqualTo(kind))
          .message()
          .contains(words)
          .hasLineCount(1);
    }
  }

  @Test
  void splitExecutionOverMutualTlsAnswersLikeTheWholeModel() {
    Papers papers = papers();
    Security tier = papers.mutual().withTokens(papers.file("tokens"));
    TierConfig.Builder last = Nets.tier("cloud", folder).security(tier);
    try (TierServer cloud = TierServer.start(last.build());
        TierServer edge =
            TierServer.start(
                Nets.tier("edge", folder).next(cloud.address().toString()).security(tier).build());
        DeviceTier device =
            new DeviceTier(client(edge, papers.showing(papers.client(), Papers.ADMIN)))) {
      try (PlanExecutor plan = device.prepare(Nets.cut(model, THREE, 1, 3))) {
        Map<String, TensorData> whole = Nets.whole(model, inputs);
        for (int i = 0; i < 20; i++) {
          SplitExecutionTest.assertSame(plan.execute(inputs).outputs(), whole);
        }
      }
    }
  }

  @Test
  void largeTensorsCrossEncryptedLanesByteForByte() {
    Papers papers = papers();
    OnnxModel wide = Nets.wide(3_000_000);
    Map<String, TensorData> given = Nets.inputs(wide, 5);
    try (TierServer server = server(papers.mutual());
        DeviceTier device = new DeviceTier(client(server, papers.client()));
        PlanExecutor plan = device.prepare(Nets.cut(wide, TWO, 1))) {
      for (int i = 0; i < 3; i++) {
        SplitExecutionTest.assertSame(plan.execute(given).outputs(), Nets.whole(wide, given));
      }
    }
  }

  @Test
  void aServerOfAnotherAuthorityIsNotTrusted() {
    Papers other = new Papers(folder.resolve("other"));
    try (TierServer server = server(papers().server())) {
      refused(
          server, other.anonymous(), Kind.UNREACHABLE, "no trusted authority signed", "--tls-ca");
    }
  }

  @Test
  void aServerThatShowsAnExpiredOrFutureCertificateIsNotTrusted() {
    Papers papers = papers();
    List<String> here = List.of("localhost");
    try (TierServer old = server(papers.identity("old", here, Papers.days(-3, -1)));
        TierServer early = server(papers.identity("early", here, Papers.days(2, 9)))) {
      refused(old, papers.anonymous(), Kind.UNREACHABLE, "has expired");
      refused(early, papers.anonymous(), Kind.UNREACHABLE, "not valid yet");
    }
  }

  @Test
  void aServerWithACertificateForAnotherNameIsNotTrusted() {
    Papers papers = papers();
    try (TierServer server =
        server(papers.identity("elsewhere", List.of("example.org"), Papers.days(-1, 1)))) {
      refused(server, papers.anonymous(), Kind.UNREACHABLE, "another name");
    }
  }

  @Test
  void aClientWithoutAWantedCertificateIsRefused() {
    Papers papers = papers();
    try (TierServer server = server(papers.mutual())) {
      refused(server, papers.anonymous(), Kind.UNREACHABLE, "certificate", "--tls-cert");
    }
  }

  @Test
  void aClientWithAForeignOrExpiredCertificateIsRefused() {
    Papers papers = papers();
    Papers other = new Papers(folder.resolve("other"));
    Security foreign =
        papers.anonymous().withIdentity(other.file("client.pem"), other.file("client.key"));
    Security old =
        papers.identity("old", List.of(), Papers.days(-3, -1)).withAuthority(papers.file("ca.pem"));
    try (TierServer server = server(papers.mutual())) {
      refused(server, foreign, Kind.UNREACHABLE, "certificate");
      refused(server, old, Kind.UNREACHABLE, "certificate");
    }
  }

  @Test
  void aPlainClientOnATlsPortAndTheOtherWayRoundAreToldSo() {
    Papers papers = papers();
    try (TierServer encrypted = server(papers.server());
        TierServer plain = server(Security.NONE)) {
      refused(encrypted, Security.NONE, Kind.UNREACHABLE, "speaks TLS", "--tls-ca");
      refused(plain, papers.anonymous(), Kind.UNREACHABLE, "does not speak TLS");
    }
  }

  @Test
  void tokensDecideWhoMayDoWhat() {
    Papers papers = papers();
    Security server = papers.server().withTokens(papers.file("tokens"));
    Security infer = papers.anonymous().withToken(papers.file("infer.token"));
    try (TierServer tier = server(server)) {
      tier.publish("net", model);
      refused(tier, papers.anonymous(), Kind.DENIED, "a token is needed");
      refused(
          tier,
          papers.showing(papers.anonymous(), "wrong-0123456789abcdef"),
          Kind.DENIED,
          "not known here");
      assertThat(status(tier, infer).tier()).isEqualTo("edge");
      try (TierClient client = TierClient.of(tier.address(), client(tier, infer))) {
        SplitExecutionTest.assertSame(client.infer("net", inputs), Nets.whole(model, inputs));
        assertThatThrownBy(() -> client.put(model))
            .isInstanceOfSatisfying(
                TierException.class, e -> assertThat(e.kind()).isEqualTo(Kind.DENIED))
            .message()
            .contains("role admin", "role infer")
            .hasLineCount(1);
      }
      answersRightly(tier, papers.showing(papers.anonymous(), Papers.ADMIN));
    }
  }

  @Test
  void tokensWorkWithoutTlsOnThisMachineAndNeverLeaveItInClear() {
    Papers papers = papers();
    try (TierServer tier = server(Security.NONE.withTokens(papers.file("tokens")))) {
      refused(tier, Security.NONE, Kind.DENIED, "a token is needed");
      answersRightly(tier, papers.showing(Security.NONE, Papers.ADMIN));
    }
    TierConfig away =
        TierConfig.builder("device").security(papers.showing(Security.NONE, Papers.ADMIN)).build();
    assertThatThrownBy(() -> TierClient.of(Endpoint.parse("192.0.2.1:8001"), away))
        .hasMessageContaining("unencrypted");
  }

  @Test
  void certificatesAndTokensAreReadAgainWhileRequestsRun() {
    Papers papers = papers();
    Security tier = papers.server().withTokens(papers.file("tokens"));
    Security admin = papers.showing(papers.anonymous(), Papers.ADMIN);
    Map<String, TensorData> whole = Nets.whole(model, inputs);
    try (TierServer server = server(tier);
        DeviceTier device = new DeviceTier(client(server, admin));
        PlanExecutor plan = device.prepare(Nets.cut(model, TWO, 2))) {
      List<CompletableFuture<Execution>> running = new java.util.ArrayList<>();
      for (int i = 0; i < 200; i++) {
        running.add(plan.submit(inputs));
        if (i == 60) {
          papers.identity("server", List.of("localhost"), Papers.days(-1, 5));
          server.keys().look();
        } else if (i == 120) {
          papers.write("tokens", "admin " + Papers.ADMIN + "\n");
          server.keys().look();
        }
      }
      for (CompletableFuture<Execution> answer : running) {
        SplitExecutionTest.assertSame(
            answer.orTimeout(20, TimeUnit.SECONDS).join().outputs(), whole);
      }
      // The token that went does not count any more, the new certificate does.
      refused(
          server,
          papers.anonymous().withToken(papers.file("infer.token")),
          Kind.DENIED,
          "not known here");
      answersRightly(server, admin);
      papers.write("tokens", "admin another-0123456789abcdef\n");
      server.keys().look();
      assertThatThrownBy(() -> plan.submit(inputs).get(20, TimeUnit.SECONDS))
          .cause()
          .hasMessageContaining("not known here");
    }
  }

  @Test
  void aBrokenNewFileLeavesTheOldOneInUse() {
    Papers papers = papers();
    Security tier = papers.server().withTokens(papers.file("tokens"));
    Security admin = papers.showing(papers.anonymous(), Papers.ADMIN);
    try (TierServer server = server(tier)) {
      papers.write("server.pem", "no certificate");
      papers.write("tokens", "nobody\n");
      server.keys().look();
      server.keys().look();
      assertThat(status(server, admin).tier()).isEqualTo("edge");
      papers.identity("server", List.of("localhost"), Papers.days(-3, -1));
      server.keys().look();
      refused(server, admin, Kind.UNREACHABLE, "has expired");
    }
  }

  @Test
  void filesThatCannotBeUsedAreNamedAtOnce() {
    Papers papers = papers();
    new Papers(folder.resolve("other"));
    Path other = folder.resolve("other").resolve("server.key");
    papers.write("broken.tokens", "admin 0123456789abcdef\nroot 0123456789abcdef\n");
    Security wrongKey = Security.NONE.withIdentity(papers.file("server.pem"), other);
    Security noKey = Security.NONE.withIdentity(papers.file("server.pem"), papers.file("ca.pem"));
    Security noFile = papers.server().withCallers(papers.file("missing.pem"));
    Security badLine = Security.NONE.withTokens(papers.file("broken.tokens"));
    assertThatThrownBy(() -> server(wrongKey)).hasMessageContaining("does not belong");
    assertThatThrownBy(() -> server(noKey)).hasMessageContaining("expected a private key");
    assertThatThrownBy(() -> server(noFile)).hasMessageContaining("no such file");
    assertThatThrownBy(() -> server(badLine))
        .hasMessageContaining("line 2")
        .message()
        .doesNotContain("0123456789abcdef");
  }

  @Test
  void offThisMachineATierNeedsEncryption() {
    TierConfig.Builder open = Nets.tier("edge", folder).listen("0.0.0.0:0");
    assertThatThrownBy(() -> TierServer.start(open.build()))
        .hasMessageContaining("--tls-cert")
        .hasMessageContaining("--insecure");
    try (TierServer tier = TierServer.start(open.security(papers().mutual()).build())) {
      assertThat(tier.address().port()).isPositive();
    }
  }

  @Test
  void oneConnectionTooManyIsToldSo() {
    Papers papers = papers();
    for (Security security : List.of(Security.NONE, papers.server())) {
      TierConfig.Builder small = Nets.tier("edge", folder).connections(1).security(security);
      try (TierServer server = TierServer.start(small.build());
          Socket only = new Socket(server.address().host(), server.address().port())) {
        Security client = security.serverEncrypts() ? papers.anonymous() : Security.NONE;
        assertThat(only.isConnected()).isTrue();
        assertThatThrownBy(() -> status(server, client))
            .isInstanceOf(TierException.class)
            .hasMessageContaining("as many connections as it takes");
      } catch (java.io.IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }

  @Test
  void aPeerThatSaysNothingIsCut() throws Exception {
    try (TierServer plain = server(Security.NONE);
        TierServer encrypted = server(papers().server());
        Socket first = new Socket(plain.address().host(), plain.address().port());
        Socket second = new Socket(encrypted.address().host(), encrypted.address().port())) {
      for (Socket silent : List.of(first, second)) {
        silent.setSoTimeout(20_000);
        assertThat(silent.getInputStream().readAllBytes()).hasSizeLessThan(64);
      }
    }
  }
}
