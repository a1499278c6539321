package org.scalpel.tier;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.IPAddress;

/** A small certificate authority: elliptic keys (P-256), one level, PEM. */
final class Certificates {
  private static final String CURVE = "secp256r1";
  private static final String SIGNATURE = "SHA256withECDSA";
  private static final int SERIAL_BITS = 127;

  private final Holder authority;

  /**
   * A certificate with its key.
   *
   * @param certificate the public part
   * @param key the secret part
   */
  record Holder(X509Certificate certificate, PrivateKey key) {
    String certificatePem() {
      return pem(certificate);
    }

    /** PKCS#8, which every TLS library reads. */
    String keyPem() {
      try {
        return pem(new JcaPKCS8Generator(key, null));
      } catch (IOException e) {
        throw new IllegalStateException("a key cannot be written", e);
      }
    }

    private static String pem(Object content) {
      StringWriter text = new StringWriter();
      try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
        writer.writeObject(content);
      } catch (IOException e) {
        throw new IllegalStateException("PEM cannot be written", e);
      }
      return text.toString();
    }
  }

  /**
   * From when and until when a certificate holds.
   *
   * @param from first moment
   * @param until last moment
   */
  record Validity(Instant from, Instant until) {}

  /**
   * What a certificate is for.
   *
   * @param name of the holder
   * @param hosts names and addresses that a server is reached by; empty for a client
   */
  record Purpose(String name, List<String> hosts) {}

  /** A new authority. */
  Certificates(String name, Validity validity) {
    KeyPair keys = keys();
    X509v3CertificateBuilder builder = builder(subject(name), subject(name), keys, validity);
    try {
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
      builder.addExtension(
          Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
      builder.addExtension(
          Extension.subjectKeyIdentifier,
          false,
          new JcaX509ExtensionUtils().createSubjectKeyIdentifier(keys.getPublic()));
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("a certificate cannot be made", e);
    }
    this.authority = new Holder(signed(builder, keys.getPrivate()), keys.getPrivate());
  }

  Holder authority() {
    return authority;
  }

  /** A certificate of this authority; a server's also serves it where it is a client itself. */
  Holder issue(Purpose purpose, Validity validity) {
    KeyPair keys = keys();
    X500Name issuer =
        X500Name.getInstance(authority.certificate.getSubjectX500Principal().getEncoded());
    X509v3CertificateBuilder builder = builder(issuer, subject(purpose.name), keys, validity);
    try {
      JcaX509ExtensionUtils tools = new JcaX509ExtensionUtils();
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
      builder.addExtension(
          Extension.authorityKeyIdentifier,
          false,
          tools.createAuthorityKeyIdentifier(authority.certificate));
      builder.addExtension(
          Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes(purpose)));
      if (!purpose.hosts.isEmpty()) {
        GeneralName[] names =
            purpose.hosts.stream().map(Certificates::alternative).toArray(GeneralName[]::new);
        builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
      }
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("a certificate cannot be made", e);
    }
    return new Holder(signed(builder, authority.key), keys.getPrivate());
  }

  private static KeyPurposeId[] purposes(Purpose purpose) {
    return purpose.hosts.isEmpty()
        ? new KeyPurposeId[] {KeyPurposeId.id_kp_clientAuth}
        : new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth};
  }

  private static GeneralName alternative(String host) {
    return new GeneralName(
        IPAddress.isValid(host) ? GeneralName.iPAddress : GeneralName.dNSName, host);
  }

  private static X500Name subject(String name) {
    return new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, name).build();
  }

  private static KeyPair keys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(CURVE));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no elliptic keys", e);
    }
  }

  private static X509v3CertificateBuilder builder(
      X500Name issuer, X500Name subject, KeyPair keys, Validity validity) {
    return new JcaX509v3CertificateBuilder(
        issuer,
        new BigInteger(SERIAL_BITS, new SecureRandom()).add(BigInteger.ONE),
        Date.from(validity.from),
        Date.from(validity.until),
        subject,
        keys.getPublic());
  }

  private static X509Certificate signed(X509v3CertificateBuilder builder, PrivateKey key) {
    try {
      return new JcaX509CertificateConverter()
          .getCertificate(builder.build(new JcaContentSignerBuilder(SIGNATURE).build(key)));
    } catch (OperatorCreationException | GeneralSecurityException e) {
      throw new IllegalStateException("a certificate cannot be signed", e);
    }
  }
}
