/// A platform whose rules look at some kinds: of these nothing is quiet.
platform quiet {
  promises "*.promise"
  values-schema "values.json" for argoproj.io/v1alpha1/Application spec.source.helm.valuesObject
}

rule accounts on v1/ServiceAccount {
  deny it.automountServiceAccountToken ?? true else "its token is mounted everywhere"
}
