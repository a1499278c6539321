package org.scalpel.tier;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** REST behind certificates and tokens, as the JDK's own client sees it. */
@Timeout(60)
class RestSecurityTest {
  private static final String INFER =
      "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,8],\"datatype\":\"FP32\","
          + "\"data\":[1,2,3,4,5,6,7,8]}]}";

  @TempDir Path folder;

  private static HttpClient trusting(Path authority) throws Exception {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (var in = Files.newInputStream(authority)) {
      store.setCertificateEntry(
          "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return HttpClient.newBuilder()
        .sslContext(context)
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(Duration.ofSeconds(10))
        .build();
  }

  private static int post(HttpClient http, int port, String path, String token) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("https://localhost:" + port + path))
            .timeout(Duration.ofSeconds(20))
            .POST(BodyPublishers.ofString(path.endsWith("infer") ? INFER : "{}"));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    return http.send(request.build(), BodyHandlers.discarding()).statusCode();
  }

  @Test
  void everyRoleMayDoWhatItMayOverGrpc() throws Exception {
    Papers papers = new Papers(folder.resolve("papers"));
    Security security = papers.server().withTokens(papers.file("tokens"));
    TierConfig config = Nets.tier("edge", folder).http("localhost:0").security(security).build();
    try (TierServer tier = TierServer.start(config)) {
      tier.publish("wide", Nets.wide(8));
      int port = tier.httpAddress().orElseThrow().port();
      HttpClient http = trusting(papers.file("ca.pem"));
      HttpRequest live =
          HttpRequest.newBuilder(URI.create("https://localhost:" + port + "/v2/health/ready"))
              .build();
      assertThat(http.send(live, BodyHandlers.discarding()).statusCode()).isEqualTo(200);
      String infer = "/v2/models/wide/infer";
      String unload = "/v2/repository/models/wide/unload";
      assertThat(post(http, port, infer, "")).isEqualTo(401);
      assertThat(post(http, port, infer, "wrong")).isEqualTo(401);
      assertThat(post(http, port, infer, Papers.INFER)).isEqualTo(200);
      assertThat(post(http, port, unload, Papers.INFER)).isEqualTo(403);
      assertThat(post(http, port, "/v2/repository/index", Papers.INFER)).isEqualTo(200);
      assertThat(post(http, port, unload, Papers.ADMIN)).isEqualTo(200);
      assertThat(post(http, port, infer, Papers.INFER)).isEqualTo(404);
      try (Socket plain = new Socket("localhost", port)) {
        plain.setSoTimeout(20_000);
        plain.getOutputStream().write("GET /v2 HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.UTF_8));
        String answer =
            new String(plain.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        assertThat(answer).doesNotContain("scalpel");
      }
    }
  }
}
