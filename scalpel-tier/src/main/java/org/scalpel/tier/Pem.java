package org.scalpel.tier;

import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.scalpel.tier.TierException.Kind;

/** Certificates and keys out of PEM files; every fault names the file. */
record Pem(Path file, String text) {
  static Pem of(Path file, ByteBuffer contents) {
    return new Pem(file, StandardCharsets.ISO_8859_1.decode(contents).toString());
  }

  private TierException fault(String expected, Exception cause) {
    return new TierException(Kind.INVALID, file + ": " + expected, cause);
  }

  /** All certificates, one at least. */
  X509Certificate[] certificates() {
    try (PEMParser parser = new PEMParser(new StringReader(text))) {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      List<X509Certificate> all = new ArrayList<>();
      for (Object next = parser.readObject(); next != null; next = parser.readObject()) {
        if (next instanceof X509CertificateHolder holder) {
          all.add(
              (X509Certificate)
                  factory.generateCertificate(
                      new java.io.ByteArrayInputStream(holder.getEncoded())));
        }
      }
      if (all.isEmpty()) {
        throw new TierException(
            Kind.INVALID, file + ": expected a certificate (-----BEGIN CERTIFICATE-----)");
      }
      return all.toArray(new X509Certificate[0]);
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      throw e instanceof TierException known
          ? known
          : fault("holds a certificate that cannot be read", e);
    }
  }

  /** The first private key. */
  PrivateKey key() {
    JcaPEMKeyConverter converter = new JcaPEMKeyConverter();
    try (PEMParser parser = new PEMParser(new StringReader(text))) {
      for (Object next = parser.readObject(); next != null; next = parser.readObject()) {
        if (next instanceof PrivateKeyInfo info) {
          return converter.getPrivateKey(info);
        }
        if (next instanceof PEMKeyPair pair) {
          return converter.getKeyPair(pair).getPrivate();
        }
      }
    } catch (IOException | RuntimeException e) {
      throw fault("holds a key that cannot be read", e);
    }
    throw new TierException(
        Kind.INVALID,
        file + ": expected a private key without a password (-----BEGIN PRIVATE KEY-----)");
  }

  /** Refuses a key that is not the certificate's. */
  void requireKeyOf(PrivateKey key, X509Certificate certificate) {
    String name =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC", "ECDSA" -> "SHA256withECDSA";
          default -> key.getAlgorithm();
        };
    byte[] word = {1, 2, 3};
    boolean fits;
    try {
      Signature signer = Signature.getInstance(name);
      signer.initSign(key);
      signer.update(word);
      byte[] signed = signer.sign();
      signer.initVerify(certificate.getPublicKey());
      signer.update(word);
      fits = signer.verify(signed);
    } catch (GeneralSecurityException e) {
      fits = false;
    }
    if (!fits) {
      throw new TierException(
          Kind.INVALID, file + ": this key does not belong to the certificate it stands beside");
    }
  }
}
