# Creates or replaces the 1Password item that holds the kubeconfig and what Argo CD needs to reach the vcluster.
# Credentials pass through files and pipes only: nothing here prints one, or gives one to a program as an argument.
set -eu
umask 077
cd /shared
apk add --quiet --no-cache curl jq

# connect METHOD PATH [OPTION...]: one call of the Connect API, below the items of the vault.
connect() {
  method=$1 path=$2
  shift 2
  printf 'header = "Authorization: Bearer %s"\n' "$OP_CONNECT_TOKEN" |
    curl --config - --silent --show-error --fail --max-time 60 --request "$method" "$@" \
      "${OP_CONNECT_HOST%/}/v1/vaults/$OP_VAULT_ID/items$path"
}

if ! [ -s kubeconfig ]; then
  echo 'the kubeconfig is empty' >&2
  exit 1
fi

found=$(connect GET '' --get --data-urlencode "filter=title eq \"$OP_ITEM_NAME\"")
id=$(printf '%s' "$found" | jq --raw-output '.[0].id // ""')

jq --arg id "$id" --rawfile kubeconfig kubeconfig '
    def given: select(. != null and . != "");
    .clusters[0].cluster as $cluster | .users[0].user as $user
    | ($cluster.server | given) // ($ENV.SERVER_URL | given) // error("the kubeconfig has no server") | . as $server
    | ({ insecure: false } + ({ caData: ($cluster["certificate-authority-data"] | given) } // {})) as $tls
    | ({ bearerToken: ($user.token | given), tlsClientConfig: $tls }
      // { tlsClientConfig: ($tls + {
          certData: ($user["client-certificate-data"] | given),
          keyData: ($user["client-key-data"] | given)
        }) }
      // error("the kubeconfig has no credentials")) as $config
    | {
        title: $ENV.OP_ITEM_NAME,
        category: "SECURE_NOTE",
        vault: { id: $ENV.OP_VAULT_ID },
        fields: [
          { label: "kubeconfig", type: "CONCEALED", value: $kubeconfig },
          { label: "argocd-name", type: "STRING", value: $ENV.VCLUSTER_NAME },
          { label: "argocd-server", type: "STRING", value: $server },
          { label: "argocd-config", type: "CONCEALED", value: ($config | tojson) }
        ]
      }
    | if $id == "" then . else .id = $id end' kubeconfig.json >item.json || {
  echo 'the kubeconfig cannot be used' >&2
  exit 1
}

if [ -n "$id" ]; then
  set -- PUT "/$id"
else
  set -- POST ''
fi
connect "$@" --header 'Content-Type: application/json' --data-binary @item.json --output /dev/null
rm kubeconfig kubeconfig.json item.json
echo "item $OP_ITEM_NAME is up to date"
