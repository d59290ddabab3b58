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

test "an image that may be another one tomorrow is refused" {
  given batch/v1/Job "sync" in "team" {
    spec: {
      template: {
        spec: {
          restartPolicy: "Never"
          containers: [
            { name: "tag", image: "registry.example.org:5000/tools/sync:1.2.3" }
            { name: "none", image: "registry.example.org:5000/tools/sync" }
          ]
          initContainers: [{ name: "latest", image: "alpine:latest" }]
        }
      }
    }
  }
  refuse "the image `registry.example.org:5000/tools/sync` of the container `none`"
  refuse "the image `alpine:latest` of the container `latest`"
}

test "an image with a tag or a digest stays what it is" {
  given batch/v1/Job "sync" in "team" {
    spec: {
      template: {
        spec: {
          restartPolicy: "Never"
          containers: [
            { name: "tag", image: "alpine:3.19" }
            { name: "digest", image: "alpine@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" }
          ]
        }
      }
    }
  }
  pass
}

test "a role that may do everything is refused" {
  given rbac.authorization.k8s.io/v1/Role "all" in "team" {
    rules: [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get", "*"] }]
  }
  given rbac.authorization.k8s.io/v1/Role "any" in "team" {
    rules: [{ apiGroups: [""], resources: ["*"], verbs: ["get"] }]
  }
  refuse "`Role/all in team` breaks the rule `narrow-roles`: it allows every verb"
  refuse "`Role/any in team` breaks the rule `narrow-roles`: it is about every resource"
}

test "an application without a project of its own is warned of" {
  given argoproj.io/v1alpha1/Application "web" in "argocd" {
    spec: { project: "default", destination: { namespace: "web" }, source: { repoURL: "https://example.org", path: "." } }
  }
  warn "it belongs to the project `default`"
}
