# Completion of yourouter for bash 3.2 and later.
# Written by `python -m yourouter_cli.commands.completion`; changes are lost.

# The commands in the group $1; fails for what is no group.
_yourouter_commands() {
    case "$1" in
        '') echo 'chat config history embed video models sandbox help' ;;
        ' config') echo 'init get set unset list profiles use remove edit path doctor' ;;
        ' history') echo 'list show search export import delete path' ;;
        ' video') echo 'create wait get list cancel delete download' ;;
        ' models') echo 'list show use check' ;;
        *) return 1 ;;
    esac
}

# The options of the command $1.
_yourouter_options() {
    case "$1" in
        '') echo '--version --install-completion -p --profile --format --json -q --quiet --debug --color --no-input --connect-timeout --first-byte-timeout --idle-timeout --timeout --retries --help' ;;
        ' chat') echo '-m --model --fallback --no-fallback --vendor --dialect -s --system -a --attach -t --temperature --top-p --max-tokens --seed --stop --reasoning --schema --tools --run-tools --yes --max-rounds -P --param -H --header --no-stdin --no-stream -o --output --extract-code --sanitize --usage --show-reasoning --hide-reasoning -c --continue --conversation --no-save --save-attachments --expect --expect-regex --strict --dry-run --curl -p --profile --format --json -q --quiet --debug --color --no-input --connect-timeout --first-byte-timeout --idle-timeout --timeout --retries --help' ;;
        ' config') echo '-p --profile --format --json -q --quiet --debug --color --no-input --help' ;;
        ' config init') echo '--base-url -m --model --fallback --vendor --api-key-env --no-check -p --profile --format --json -q --quiet --debug --color --no-input --connect-timeout --first-byte-timeout --idle-timeout --timeout --retries --help' ;;
        ' config get') echo '--origin -p --profile --format --json -q --quiet --debug --color --no-input --help' ;;
        ' config set') echo '-p --profile --format --json -q --quiet --debug --color --no-input --help' ;;
        ' config unset') echo '-p --profile --format --json -q --quiet --debug --color --no-input --help' ;;
        ' config list') echo '--origin -p --profile --format --json -q --quiet --debug --color --no-input --help' ;;
        ' config profiles') echo '-p --profile --format --json -q --quiet --debug --color --no-input --help' ;;
        ' config use') echo '-p --profile --format --json -q --quiet --debug --color --no-input --help' ;;
        ' config remove') echo '-p --profile --format --json -q --quiet --debug --color --no-input --help' ;;
        ' config edit') echo '-p --profile --format --json -q --quiet --debug --color --no-input --help' ;;
        ' config path') echo '-p --profile --format --json -q --quiet --debug --color --no-input --help' ;;
        ' config doctor') echo '--offline --junit -p --profile --format --json -q --quiet --debug --color --no-input --connect-timeout --first-byte-timeout --idle-timeout --timeout --retries --help' ;;
        ' history') echo '-p --profile --format --json -q --quiet --debug --color --no-input --help' ;;
        ' history list') echo '--limit -p --profile --format --json -q --quiet --debug --color --no-input --help' ;;
        ' history show') echo '-p --profile --format --json -q --quiet --debug --color --no-input --help' ;;
        ' history search') echo '--limit -p --profile --format --json -q --quiet --debug --color --no-input --help' ;;
        ' history export') echo '-p --profile --format --json -q --quiet --debug --color --no-input --help' ;;
        ' history import') echo '-p --profile --format --json -q --quiet --debug --color --no-input --help' ;;
        ' history delete') echo '--older-than --yes -p --profile --format --json -q --quiet --debug --color --no-input --help' ;;
        ' history path') echo '-p --profile --format --json -q --quiet --debug --color --no-input --help' ;;
        ' embed') echo '-i --input --field --id-field -o --output --dtype --keep-text --force --resume --errors -m --model --dimensions --vendor -P --param -H --header --batch-size --concurrency --nearest --top --dry-run -p --profile --format --json -q --quiet --debug --color --no-input --connect-timeout --first-byte-timeout --idle-timeout --timeout --retries --help' ;;
        ' video') echo '-p --profile --format --json -q --quiet --debug --color --no-input --help' ;;
        ' video create') echo '-a --image --last-frame --reference --resolution --ratio --duration --frames --seed --camera-fixed --no-camera-fixed --watermark --no-watermark --audio --no-audio -m --model --vendor --service-tier --callback-url -P --param -H --header --no-stdin --wait -o --output --force --return-last-frame --poll --show-url -p --profile --format --json -q --quiet --debug --color --no-input --connect-timeout --first-byte-timeout --idle-timeout --timeout --retries --help' ;;
        ' video wait') echo '--poll --show-url -p --profile --format --json -q --quiet --debug --color --no-input --connect-timeout --first-byte-timeout --idle-timeout --timeout --retries --help' ;;
        ' video get') echo '--show-url -p --profile --format --json -q --quiet --debug --color --no-input --connect-timeout --first-byte-timeout --idle-timeout --timeout --retries --help' ;;
        ' video list') echo '--remote --status --show-url -p --profile --format --json -q --quiet --debug --color --no-input --connect-timeout --first-byte-timeout --idle-timeout --timeout --retries --help' ;;
        ' video cancel') echo '-p --profile --format --json -q --quiet --debug --color --no-input --connect-timeout --first-byte-timeout --idle-timeout --timeout --retries --help' ;;
        ' video delete') echo '--yes -p --profile --format --json -q --quiet --debug --color --no-input --connect-timeout --first-byte-timeout --idle-timeout --timeout --retries --help' ;;
        ' video download') echo '-o --output --force --return-last-frame -p --profile --format --json -q --quiet --debug --color --no-input --connect-timeout --first-byte-timeout --idle-timeout --timeout --retries --help' ;;
        ' models') echo '-p --profile --format --json -q --quiet --debug --color --no-input --help' ;;
        ' models list') echo '--family --search --refresh --live --catalog -p --profile --format --json -q --quiet --debug --color --no-input --connect-timeout --first-byte-timeout --idle-timeout --timeout --retries --help' ;;
        ' models show') echo '-p --profile --format --json -q --quiet --debug --color --no-input --connect-timeout --first-byte-timeout --idle-timeout --timeout --retries --help' ;;
        ' models use') echo '--fallback --force -p --profile --format --json -q --quiet --debug --color --no-input --connect-timeout --first-byte-timeout --idle-timeout --timeout --retries --help' ;;
        ' models check') echo '--vendor --prompt --expect --concurrency --repeat --cell-timeout --junit -p --profile --format --json -q --quiet --debug --color --no-input --connect-timeout --first-byte-timeout --idle-timeout --timeout --retries --help' ;;
        ' sandbox') echo '--host --port --latency --log -p --profile --format --json -q --quiet --debug --color --no-input --help' ;;
        ' help') echo '-p --profile --format --json -q --quiet --debug --color --no-input --help' ;;
    esac
}

# What the option `$2` of the command `$1` takes; fails for a switch.
_yourouter_value() {
    case "$2" in
        -p | --profile) echo 'known profile' && return ;;
        --color) echo 'auto always never' && return ;;
        --connect-timeout | --first-byte-timeout | --idle-timeout | --timeout | --retries) echo '' && return ;;
    esac
    case "$1 $2" in
        ' --install-completion') echo 'bash zsh fish powershell' ;;
        ' --format') echo 'text markdown json jsonl tap' ;;
        ' chat -m' | ' chat --model' | ' chat --fallback' | ' config init -m' | ' config init --model' | ' config init --fallback' | ' embed -m' | ' embed --model' | ' video create -m' | ' video create --model' | ' models use --fallback') echo 'known model' ;;
        ' chat --vendor' | ' config init --vendor' | ' embed --vendor' | ' video create --vendor' | ' models check --vendor') echo 'auto anthropic aws azure deepseek google mistral openai volcengine x' ;;
        ' chat --dialect') echo 'openai anthropic gemini' ;;
        ' chat -s' | ' chat --system') echo files@ ;;
        ' chat -a' | ' chat --attach' | ' chat --schema' | ' chat --tools' | ' chat -o' | ' chat --output' | ' config doctor --junit' | ' embed -i' | ' embed --input' | ' embed -o' | ' embed --output' | ' embed --errors' | ' embed --nearest' | ' video create -a' | ' video create --image' | ' video create --last-frame' | ' video create --reference' | ' video create -o' | ' video create --output' | ' video download -o' | ' video download --output' | ' models check --junit' | ' sandbox --log') echo files ;;
        ' chat -t' | ' chat --temperature' | ' chat --top-p' | ' chat --max-tokens' | ' chat --seed' | ' chat --stop' | ' chat --max-rounds' | ' chat -P' | ' chat --param' | ' chat -H' | ' chat --header' | ' chat --expect' | ' chat --expect-regex' | ' config init --base-url' | ' config init --api-key-env' | ' history list --limit' | ' history search --limit' | ' history delete --older-than' | ' embed --field' | ' embed --id-field' | ' embed --dimensions' | ' embed -P' | ' embed --param' | ' embed -H' | ' embed --header' | ' embed --batch-size' | ' embed --concurrency' | ' embed --top' | ' video create --duration' | ' video create --frames' | ' video create --seed' | ' video create --callback-url' | ' video create -P' | ' video create --param' | ' video create -H' | ' video create --header' | ' video create --poll' | ' video wait --poll' | ' models list --family' | ' models list --search' | ' models check --prompt' | ' models check --expect' | ' models check --concurrency' | ' models check --repeat' | ' models check --cell-timeout' | ' sandbox --host' | ' sandbox --port' | ' sandbox --latency') echo '' ;;
        ' chat --reasoning') echo 'none minimal low medium high xhigh max' ;;
        ' chat --conversation') echo 'known conversation' ;;
        ' chat --format') echo 'text markdown json jsonl' ;;
        ' config --format' | ' config init --format' | ' config get --format' | ' config set --format' | ' config unset --format' | ' config list --format' | ' config profiles --format' | ' config use --format' | ' config remove --format' | ' config edit --format' | ' config path --format' | ' config doctor --format' | ' history --format' | ' history list --format' | ' history show --format' | ' history search --format' | ' history import --format' | ' history delete --format' | ' history path --format' | ' video --format' | ' video cancel --format' | ' video delete --format' | ' video download --format' | ' models --format' | ' models list --format' | ' models show --format' | ' models use --format' | ' sandbox --format' | ' help --format') echo 'text json' ;;
        ' history export --format') echo 'markdown json jsonl' ;;
        ' embed --dtype') echo 'float32 float16' ;;
        ' embed --format') echo 'json jsonl' ;;
        ' video create --resolution') echo '480p 720p 1080p 4k' ;;
        ' video create --ratio') echo '16:9 9:16 adaptive' ;;
        ' video create --service-tier') echo 'default flex' ;;
        ' video create --format' | ' video wait --format' | ' video get --format' | ' video list --format') echo 'text json jsonl' ;;
        ' video list --status') echo 'queued running succeeded failed cancelled expired unknown' ;;
        ' models check --format') echo 'text json tap' ;;
        *) return 1 ;;
    esac
}

# What the argument number $2 of the command $1 may be.
_yourouter_argument() {
    case "$1 $2" in
        ' chat '*) echo '' ;;
        ' config get 0') echo 'base_url api_key api_key_env api_key_command api_key_file api_key_keyring model fallback_models vendor dialect embedding_model video_model system headers params connect_timeout first_byte_timeout idle_timeout timeout retries save_history allow_insecure_http video_base_url' ;;
        ' config set 0') echo 'base_url api_key api_key_env api_key_command api_key_file api_key_keyring model fallback_models vendor dialect embedding_model video_model system headers params connect_timeout first_byte_timeout idle_timeout timeout retries save_history allow_insecure_http video_base_url' ;;
        ' config set '*) echo 'known value' ;;
        ' config unset 0') echo 'base_url api_key api_key_env api_key_command api_key_file api_key_keyring model fallback_models vendor dialect embedding_model video_model system headers params connect_timeout first_byte_timeout idle_timeout timeout retries save_history allow_insecure_http video_base_url' ;;
        ' config use 0') echo 'known profile' ;;
        ' config remove 0') echo 'known profile' ;;
        ' history show 0') echo 'known conversation' ;;
        ' history search '*) echo '' ;;
        ' history export 0') echo 'known conversation' ;;
        ' history import 0') echo files ;;
        ' history delete '*) echo 'known conversation' ;;
        ' embed '*) echo '' ;;
        ' video create '*) echo '' ;;
        ' video wait '*) echo 'known task' ;;
        ' video get 0') echo 'known task' ;;
        ' video cancel 0') echo 'known task' ;;
        ' video delete 0') echo 'known task' ;;
        ' video download 0') echo 'known task' ;;
        ' models show 0') echo 'known model' ;;
        ' models use 0') echo 'known model' ;;
        ' models check '*) echo 'known model' ;;
        ' help '*) echo 'environment exit-codes formats profiles chat config history embed video models sandbox help' ;;
    esac
}

# Part the line up to the cursor into words as the program will see them: bash parts at = and : too.
_yourouter_parse() {
    local rest=${COMP_LINE:0:COMP_POINT} word trimmed index
    words=()
    for ((index = 0; index <= COMP_CWORD; index++)); do
        word=${COMP_WORDS[index]}
        trimmed=${rest#"${rest%%[![:space:]]*}"}
        if ((index == COMP_CWORD)); then
            word=$trimmed
        fi
        if ((index > 0)) && [[ $trimmed == "$rest" ]]; then
            words[${#words[@]}-1]+=$word
        else
            words+=("$word")
        fi
        rest=${trimmed#"$word"}
    done
}

# Find the command, how many arguments it has so far, and the option that waits for its value.
_yourouter_locate() {
    local index word letters
    for ((index = 1; index < ${#words[@]} - 1; index++)); do
        word=${words[index]}
        if [[ -n $pending ]]; then
            pending=
        elif [[ -n $ended || $word != -?* ]]; then
            if [[ -z $ended && " $(_yourouter_commands "$command") " == *" $word "* ]]; then
                command="$command $word"
            else
                arguments=$((arguments + 1))
            fi
        elif [[ $word == -- ]]; then
            ended=1
        elif [[ $word == --* ]]; then
            if [[ $word != *=* ]] && _yourouter_value "$command" "$word" >/dev/null; then
                pending=$word
            fi
        else
            # Short options may stand together; what follows one that takes a value is its value.
            letters=${word#-}
            while [[ -n $letters ]]; do
                if _yourouter_value "$command" "-${letters:0:1}" >/dev/null; then
                    [[ ${#letters} -gt 1 ]] || pending=-$letters
                    break
                fi
                letters=${letters:1}
            done
        fi
    done
}

# Offer those of the lines of standard input that begin as typed: a word, a tab, what it is about.
_yourouter_offer() {
    local word about text=${current#"$head"} found=() shown=() index
    local quote=
    case "$text" in
        \'* | \"*) quote=${text:0:1} text=${text:1} ;;
    esac
    while IFS=$'\t' read -r word about; do
        if [[ -n $word && $word == "$text"* ]]; then
            [[ -n $quote ]] || printf -v word %q "$word"
            found+=("$word")
            shown+=("${about:+  ($about)}")
        fi
    done
    if [[ ${#found[@]} -gt 1 && $COMP_TYPE != 37 ]]; then
        # They differ before what they are about begins, so none of that is put into the line.
        for ((index = 0; index < ${#found[@]}; index++)); do
            found[index]+=${shown[index]}
        done
    fi
    # bash replaces only what follows the last of its own separators.
    local cut= breaks=${COMP_WORDBREAKS//[^=:]/}
    if [[ -z $quote && -n $breaks && $head$text == *["$breaks"]* ]]; then
        cut=$head$text
        cut=${cut%"${cut##*["$breaks"]}"}
    fi
    for word in ${found[@]+"${found[@]}"}; do
        word=$head$word
        COMPREPLY+=("${word#"$cut"}")
    done
}

_yourouter_files() {
    local mark=$1 text=${current#"$head"}
    if [[ -n $mark ]]; then
        [[ $text == "$mark"* ]] || return
        head+=$mark
        text=${text#"$mark"}
    elif compopt -o default 2>/dev/null; then
        # Where nothing else is offered, bash offers names of files.
        return
    fi
    _yourouter_offer < <(compgen -f -- "$text")
}

# Offer what $1 says: words, what the program knows, or files.
_yourouter_fill() {
    local text=${current#"$head"}
    text=${text#[\'\"]}
    case "$1" in
        'known '*)
            _yourouter_offer < <(
                "${COMP_WORDS[0]/#\~/$HOME}" __complete "${1#known }" "$text" \
                    "${words[@]:0:${#words[@]}-1}" 2>/dev/null </dev/null
            )
            ;;
        files*) _yourouter_files "${1#files}" ;;
        *) _yourouter_offer < <(printf '%s\n' $1) ;;
    esac
}

_yourouter() {
    local words=() command= arguments=0 pending= ended= head= current what IFS=$' \t\n'
    COMPREPLY=()
    _yourouter_parse
    current=${words[${#words[@]}-1]}
    _yourouter_locate
    if [[ -n $pending ]]; then
        what=$(_yourouter_value "$command" "$pending")
    elif [[ -z $ended && $current == --*=* ]]; then
        what=$(_yourouter_value "$command" "${current%%=*}") || return
        head=${current%%=*}=
    elif [[ -z $ended && $current == -* ]]; then
        what=$(_yourouter_options "$command")
    elif ! what=$(_yourouter_commands "$command"); then
        what=$(_yourouter_argument "$command" "$arguments")
    fi
    _yourouter_fill "$what"
}

complete -o nosort -F _yourouter yourouter 2>/dev/null || complete -F _yourouter yourouter
