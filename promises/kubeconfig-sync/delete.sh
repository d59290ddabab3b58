# Deletes the 1Password item of a vcluster that is gone. An absent item is success.
set -eu
apk add --quiet --no-cache curl jq

# connect METHOD PATH [OPTION...]: one call of the Connect API, below the items of the vault.
connect() {
  method=$1 path=$2
  shift 2
  printf 'header = "Authorization: Bearer %s"\n' "$OP_CONNECT_TOKEN" |
    curl --config - --silent --show-error --fail --max-time 60 --request "$method" "$@" \
      "${OP_CONNECT_HOST%/}/v1/vaults/$OP_VAULT_ID/items$path"
}

found=$(connect GET '' --get --data-urlencode "filter=title eq \"$OP_ITEM_NAME\"")
for id in $(printf '%s' "$found" | jq --raw-output '.[].id'); do
  connect DELETE "/$id" --output /dev/null
done
echo "item $OP_ITEM_NAME is gone"
