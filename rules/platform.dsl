// What this platform asks of everything that its promises render, beside the rules that vow brings along.
use text

/// The last part of the name of an image, with its tag.
fn tagged(parts: [String]) -> String = parts[len(parts) - 1] ?? ""

/// Whether the name of an image says which one is meant, today and tomorrow.
fn pinned(image: String) -> Bool = contains(image, "@sha256:")
  || contains(tagged(text.split(image, "/")), ":") && !text.endsWith(image, ":latest")

/// Name a tag other than `latest`, or a digest: what runs is then what was tested.
rule pinned-images on batch/v1/Job {
  let pod = it.spec?.template?.spec
  for c in [...pod?.containers ?? [], ...pod?.initContainers ?? []] {
    require pinned(c.image ?? "")
      else "the image `${c.image ?? ""}` of the container `${c.name}` may be another one tomorrow"
  }
}

/// Name the verbs and the resources: a role that may do everything cannot be told from a mistake.
rule narrow-roles on rbac.authorization.k8s.io/v1/Role {
  for r in it.rules ?? [] {
    deny contains(r.verbs, "*") else "it allows every verb"
    deny contains(r.resources ?? [], "*") else "it is about every resource"
  }
}

/// Give it a project of its own: `default` lets it go anywhere and take from everywhere.
rule own-project on argoproj.io/v1alpha1/Application {
  warn it.spec.project == "default" else "it belongs to the project `default`"
}
