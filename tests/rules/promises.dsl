/// The platform that judges the cases beside this file.
platform rules {
  promises "*.promise"

  secret-store onepassword-store { kind: ClusterSecretStore, provider: onepassword }
  secret-store team-store { kind: SecretStore, provider: onepassword }

  pod-security baseline
  host-access "log-collectors" because "reads /var/log through hostPath"
}
