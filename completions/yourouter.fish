# Completion of yourouter for fish.
# Written by `python -m yourouter_cli.commands.completion`; changes are lost.

# Every command, and every option that takes a value: its command, then it.
set -g __yourouter_commands ' chat' ' config' ' config init' ' config get' ' config set' ' config unset' ' config list' ' config profiles' ' config use' ' config remove' ' config edit' ' config path' ' config doctor' ' history' ' history list' ' history show' ' history search' ' history export' ' history import' ' history delete' ' history path' ' embed' ' video' ' video create' ' video wait' ' video get' ' video list' ' video cancel' ' video delete' ' video download' ' models' ' models list' ' models show' ' models use' ' models check' ' sandbox' ' help'
set -g __yourouter_valued ' -p' \
    ' --profile' \
    ' --format' \
    ' --color' \
    ' --connect-timeout' \
    ' --first-byte-timeout' \
    ' --idle-timeout' \
    ' --timeout' \
    ' --retries' \
    ' chat -m' \
    ' chat --model' \
    ' chat --fallback' \
    ' chat --vendor' \
    ' chat --dialect' \
    ' chat -s' \
    ' chat --system' \
    ' chat -a' \
    ' chat --attach' \
    ' chat -t' \
    ' chat --temperature' \
    ' chat --top-p' \
    ' chat --max-tokens' \
    ' chat --seed' \
    ' chat --stop' \
    ' chat --reasoning' \
    ' chat --schema' \
    ' chat --tools' \
    ' chat --max-rounds' \
    ' chat -P' \
    ' chat --param' \
    ' chat -H' \
    ' chat --header' \
    ' chat -o' \
    ' chat --output' \
    ' chat --conversation' \
    ' chat --expect' \
    ' chat --expect-regex' \
    ' chat -p' \
    ' chat --profile' \
    ' chat --format' \
    ' chat --color' \
    ' chat --connect-timeout' \
    ' chat --first-byte-timeout' \
    ' chat --idle-timeout' \
    ' chat --timeout' \
    ' chat --retries' \
    ' config -p' \
    ' config --profile' \
    ' config --format' \
    ' config --color' \
    ' config init --base-url' \
    ' config init -m' \
    ' config init --model' \
    ' config init --fallback' \
    ' config init --vendor' \
    ' config init --api-key-env' \
    ' config init -p' \
    ' config init --profile' \
    ' config init --format' \
    ' config init --color' \
    ' config init --connect-timeout' \
    ' config init --first-byte-timeout' \
    ' config init --idle-timeout' \
    ' config init --timeout' \
    ' config init --retries' \
    ' config get -p' \
    ' config get --profile' \
    ' config get --format' \
    ' config get --color' \
    ' config set -p' \
    ' config set --profile' \
    ' config set --format' \
    ' config set --color' \
    ' config unset -p' \
    ' config unset --profile' \
    ' config unset --format' \
    ' config unset --color' \
    ' config list -p' \
    ' config list --profile' \
    ' config list --format' \
    ' config list --color' \
    ' config profiles -p' \
    ' config profiles --profile' \
    ' config profiles --format' \
    ' config profiles --color' \
    ' config use -p' \
    ' config use --profile' \
    ' config use --format' \
    ' config use --color' \
    ' config remove -p' \
    ' config remove --profile' \
    ' config remove --format' \
    ' config remove --color' \
    ' config edit -p' \
    ' config edit --profile' \
    ' config edit --format' \
    ' config edit --color' \
    ' config path -p' \
    ' config path --profile' \
    ' config path --format' \
    ' config path --color' \
    ' config doctor --junit' \
    ' config doctor -p' \
    ' config doctor --profile' \
    ' config doctor --format' \
    ' config doctor --color' \
    ' config doctor --connect-timeout' \
    ' config doctor --first-byte-timeout' \
    ' config doctor --idle-timeout' \
    ' config doctor --timeout' \
    ' config doctor --retries' \
    ' history -p' \
    ' history --profile' \
    ' history --format' \
    ' history --color' \
    ' history list --limit' \
    ' history list -p' \
    ' history list --profile' \
    ' history list --format' \
    ' history list --color' \
    ' history show -p' \
    ' history show --profile' \
    ' history show --format' \
    ' history show --color' \
    ' history search --limit' \
    ' history search -p' \
    ' history search --profile' \
    ' history search --format' \
    ' history search --color' \
    ' history export -p' \
    ' history export --profile' \
    ' history export --format' \
    ' history export --color' \
    ' history import -p' \
    ' history import --profile' \
    ' history import --format' \
    ' history import --color' \
    ' history delete --older-than' \
    ' history delete -p' \
    ' history delete --profile' \
    ' history delete --format' \
    ' history delete --color' \
    ' history path -p' \
    ' history path --profile' \
    ' history path --format' \
    ' history path --color' \
    ' embed -i' \
    ' embed --input' \
    ' embed --field' \
    ' embed --id-field' \
    ' embed -o' \
    ' embed --output' \
    ' embed --dtype' \
    ' embed --errors' \
    ' embed -m' \
    ' embed --model' \
    ' embed --dimensions' \
    ' embed --vendor' \
    ' embed -P' \
    ' embed --param' \
    ' embed -H' \
    ' embed --header' \
    ' embed --batch-size' \
    ' embed --concurrency' \
    ' embed --nearest' \
    ' embed --top' \
    ' embed -p' \
    ' embed --profile' \
    ' embed --format' \
    ' embed --color' \
    ' embed --connect-timeout' \
    ' embed --first-byte-timeout' \
    ' embed --idle-timeout' \
    ' embed --timeout' \
    ' embed --retries' \
    ' video -p' \
    ' video --profile' \
    ' video --format' \
    ' video --color' \
    ' video create -a' \
    ' video create --image' \
    ' video create --last-frame' \
    ' video create --reference' \
    ' video create --resolution' \
    ' video create --ratio' \
    ' video create --duration' \
    ' video create --frames' \
    ' video create --seed' \
    ' video create -m' \
    ' video create --model' \
    ' video create --vendor' \
    ' video create --service-tier' \
    ' video create --callback-url' \
    ' video create -P' \
    ' video create --param' \
    ' video create -H' \
    ' video create --header' \
    ' video create -o' \
    ' video create --output' \
    ' video create --poll' \
    ' video create -p' \
    ' video create --profile' \
    ' video create --format' \
    ' video create --color' \
    ' video create --connect-timeout' \
    ' video create --first-byte-timeout' \
    ' video create --idle-timeout' \
    ' video create --timeout' \
    ' video create --retries' \
    ' video wait --poll' \
    ' video wait -p' \
    ' video wait --profile' \
    ' video wait --format' \
    ' video wait --color' \
    ' video wait --connect-timeout' \
    ' video wait --first-byte-timeout' \
    ' video wait --idle-timeout' \
    ' video wait --timeout' \
    ' video wait --retries' \
    ' video get -p' \
    ' video get --profile' \
    ' video get --format' \
    ' video get --color' \
    ' video get --connect-timeout' \
    ' video get --first-byte-timeout' \
    ' video get --idle-timeout' \
    ' video get --timeout' \
    ' video get --retries' \
    ' video list --status' \
    ' video list -p' \
    ' video list --profile' \
    ' video list --format' \
    ' video list --color' \
    ' video list --connect-timeout' \
    ' video list --first-byte-timeout' \
    ' video list --idle-timeout' \
    ' video list --timeout' \
    ' video list --retries' \
    ' video cancel -p' \
    ' video cancel --profile' \
    ' video cancel --format' \
    ' video cancel --color' \
    ' video cancel --connect-timeout' \
    ' video cancel --first-byte-timeout' \
    ' video cancel --idle-timeout' \
    ' video cancel --timeout' \
    ' video cancel --retries' \
    ' video delete -p' \
    ' video delete --profile' \
    ' video delete --format' \
    ' video delete --color' \
    ' video delete --connect-timeout' \
    ' video delete --first-byte-timeout' \
    ' video delete --idle-timeout' \
    ' video delete --timeout' \
    ' video delete --retries' \
    ' video download -o' \
    ' video download --output' \
    ' video download -p' \
    ' video download --profile' \
    ' video download --format' \
    ' video download --color' \
    ' video download --connect-timeout' \
    ' video download --first-byte-timeout' \
    ' video download --idle-timeout' \
    ' video download --timeout' \
    ' video download --retries' \
    ' models -p' \
    ' models --profile' \
    ' models --format' \
    ' models --color' \
    ' models list --family' \
    ' models list --search' \
    ' models list -p' \
    ' models list --profile' \
    ' models list --format' \
    ' models list --color' \
    ' models list --connect-timeout' \
    ' models list --first-byte-timeout' \
    ' models list --idle-timeout' \
    ' models list --timeout' \
    ' models list --retries' \
    ' models show -p' \
    ' models show --profile' \
    ' models show --format' \
    ' models show --color' \
    ' models show --connect-timeout' \
    ' models show --first-byte-timeout' \
    ' models show --idle-timeout' \
    ' models show --timeout' \
    ' models show --retries' \
    ' models use --fallback' \
    ' models use -p' \
    ' models use --profile' \
    ' models use --format' \
    ' models use --color' \
    ' models use --connect-timeout' \
    ' models use --first-byte-timeout' \
    ' models use --idle-timeout' \
    ' models use --timeout' \
    ' models use --retries' \
    ' models check --vendor' \
    ' models check --prompt' \
    ' models check --expect' \
    ' models check --concurrency' \
    ' models check --repeat' \
    ' models check --cell-timeout' \
    ' models check --junit' \
    ' models check -p' \
    ' models check --profile' \
    ' models check --format' \
    ' models check --color' \
    ' models check --connect-timeout' \
    ' models check --first-byte-timeout' \
    ' models check --idle-timeout' \
    ' models check --timeout' \
    ' models check --retries' \
    ' sandbox --host' \
    ' sandbox --port' \
    ' sandbox --latency' \
    ' sandbox --log' \
    ' sandbox -p' \
    ' sandbox --profile' \
    ' sandbox --format' \
    ' sandbox --color' \
    ' help -p' \
    ' help --profile' \
    ' help --format' \
    ' help --color'

# What the program knows of the kind $argv: a word, a tab, what it is about.
function __yourouter_known
    set -l words (commandline -opc)
    $words[1] __complete $argv[1] (commandline -ct | string replace -r '^--?[^=]*=' '') \
        $words 2>/dev/null </dev/null
end

# Names of files after the sign $argv.
function __yourouter_file_after
    set -l typed (commandline -ct)
    string match -q -- "$argv[1]*" $typed
    and complete -C "'' "(string sub -s 2 -- $typed) | string replace -r '^' $argv[1]
end

# Print the command so far, and how many arguments it has.
function __yourouter_place
    set -l name ''
    set -l arguments 0
    set -l waits 0
    set -l ended 0
    for word in (commandline -opc)[2..]
        if test $waits = 1
            set waits 0
        else if test $ended = 0; and test "$word" = --
            set ended 1
        else if test $ended = 0; and string match -q -- '-?*' $word
            # Short options may stand together; the last may take a value.
            set -l option (string replace -r '^-[^-]*([^-])$' -- '-$1' $word)
            contains -- "$name $option" $__yourouter_valued
            and set waits 1
        else if test $ended = 0; and contains -- "$name $word" $__yourouter_commands
            set name "$name $word"
        else
            set arguments (math $arguments + 1)
        end
    end
    echo $name
    echo $arguments
end

# Whether the command is $argv[1]; and, if they are given, has $argv[2] arguments, or at least so
# many with a + behind.
function __yourouter_at
    set -l place (__yourouter_place)
    test "$place[1]" = "$argv[1]"
    or return 1
    switch "$argv[2]"
        case ''
            return 0
        case '*+'
            test $place[2] -ge (string trim -c + -- $argv[2])
        case '*'
            test $place[2] = $argv[2]
    end
end

complete -c yourouter -e
complete -c yourouter -f
complete -c yourouter -s p -l profile -x -ka '(__yourouter_known profile)' -d 'Profile to use; `sandbox` is built in.'
complete -c yourouter -l json -d 'Short for --format json.'
complete -c yourouter -s q -l quiet -d 'Nothing on standard error but errors.'
complete -c yourouter -l debug -d 'Show requests, responses and tracebacks.'
complete -c yourouter -l color -x -ka 'auto always never' -d 'When to use colour.'
complete -c yourouter -l no-input -d 'Never ask anything.'
complete -c yourouter -s h -l help -d 'Show this message and leave.'

# yourouter
complete -c yourouter -n '__yourouter_at \'\'' -a chat -d 'Ask a model: one-shot, piped, or an interactive session.'
complete -c yourouter -n '__yourouter_at \'\'' -a config -d 'Profiles, keys and settings.'
complete -c yourouter -n '__yourouter_at \'\'' -a history -d 'Conversations: list, show, search, export, delete.'
complete -c yourouter -n '__yourouter_at \'\'' -a embed -d 'Text to vectors: one line or a hundred million.'
complete -c yourouter -n '__yourouter_at \'\'' -a video -d 'Generation tasks: create, wait, get, list, cancel, delete, download.'
complete -c yourouter -n '__yourouter_at \'\'' -a models -d 'Which there are, which to use, and whether they answer.'
complete -c yourouter -n '__yourouter_at \'\'' -a sandbox -d 'Serve a local gateway that speaks every endpoint.'
complete -c yourouter -n '__yourouter_at \'\'' -a help -d 'Topics, and the help of every command.'
complete -c yourouter -n '__yourouter_at \'\'' -l version -d 'Show the version and leave; --json names those of all parts.'
complete -c yourouter -n '__yourouter_at \'\'' -l install-completion -d 'Complete in bash, zsh, fish or powershell; without SHELL, in yours.'
complete -c yourouter -n '__yourouter_at \'\'' -l format -x -ka 'text markdown json jsonl tap' -d 'How to write the result: `yourouter help formats`.'
complete -c yourouter -n '__yourouter_at \'\'' -l connect-timeout -x -d 'Give up connecting after this long.'
complete -c yourouter -n '__yourouter_at \'\'' -l first-byte-timeout -x -d 'Give up waiting for an answer.'
complete -c yourouter -n '__yourouter_at \'\'' -l idle-timeout -x -d 'Give up when nothing more comes for so long.'
complete -c yourouter -n '__yourouter_at \'\'' -l timeout -x -d 'Give up on the whole command after this long.'
complete -c yourouter -n '__yourouter_at \'\'' -l retries -x -d 'Further attempts after the first.'

# chat
complete -c yourouter -n '__yourouter_at \' chat\'' -s m -l model -x -ka '(__yourouter_known model)' -d 'The model to ask.'
complete -c yourouter -n '__yourouter_at \' chat\'' -l fallback -x -ka '(__yourouter_known model)' -d 'Model to ask next; repeatable.'
complete -c yourouter -n '__yourouter_at \' chat\'' -l no-fallback -d 'Ask no other model.'
complete -c yourouter -n '__yourouter_at \' chat\'' -l vendor -x -ka 'auto anthropic aws azure deepseek google mistral openai volcengine x' -d 'Pin one vendor; `auto` lets the gateway choose.'
complete -c yourouter -n '__yourouter_at \' chat\'' -l dialect -x -ka 'openai anthropic gemini' -d 'The API to speak.'
complete -c yourouter -n '__yourouter_at \' chat\'' -s s -l system -x -a '(__yourouter_file_after @)' -d 'System prompt.'
complete -c yourouter -n '__yourouter_at \' chat\'' -s a -l attach -r -F -d 'Image, PDF, audio or text; repeatable.'
complete -c yourouter -n '__yourouter_at \' chat\'' -s t -l temperature -x -d 'Randomness, 0 to 2.'
complete -c yourouter -n '__yourouter_at \' chat\'' -l top-p -x -d 'Only the likeliest words, 0 to 1.'
complete -c yourouter -n '__yourouter_at \' chat\'' -l max-tokens -x -d 'Longest answer, in tokens.'
complete -c yourouter -n '__yourouter_at \' chat\'' -l seed -x -d 'Same seed, same answer, where that is supported.'
complete -c yourouter -n '__yourouter_at \' chat\'' -l stop -x -d 'End before TEXT; repeatable.'
complete -c yourouter -n '__yourouter_at \' chat\'' -l reasoning -x -ka 'none minimal low medium high xhigh max' -d 'none, minimal, low, medium, high, …'
complete -c yourouter -n '__yourouter_at \' chat\'' -l schema -r -F -d 'The answer is JSON of this JSON Schema.'
complete -c yourouter -n '__yourouter_at \' chat\'' -l tools -r -F -d 'Functions the model may call.'
complete -c yourouter -n '__yourouter_at \' chat\'' -l run-tools -d 'Run the tools\' commands.'
complete -c yourouter -n '__yourouter_at \' chat\'' -l yes -d 'Do not ask for confirmation.'
complete -c yourouter -n '__yourouter_at \' chat\'' -l max-rounds -x -d 'Most requests with --run-tools.'
complete -c yourouter -n '__yourouter_at \' chat\'' -s P -l param -x -d 'Any body field; VALUE is JSON when it parses.'
complete -c yourouter -n '__yourouter_at \' chat\'' -s H -l header -x -d 'Any header to send along.'
complete -c yourouter -n '__yourouter_at \' chat\'' -l no-stdin -d 'Ignore standard input.'
complete -c yourouter -n '__yourouter_at \' chat\'' -l no-stream -d 'Ask for the whole at once.'
complete -c yourouter -n '__yourouter_at \' chat\'' -s o -l output -r -F -d 'The answer to a file.'
complete -c yourouter -n '__yourouter_at \' chat\'' -l extract-code -d 'Only the last fenced code block.'
complete -c yourouter -n '__yourouter_at \' chat\'' -l sanitize -d 'Clean a pipe of control sequences.'
complete -c yourouter -n '__yourouter_at \' chat\'' -l usage -d 'A receipt on standard error: tokens, cost, times.'
complete -c yourouter -n '__yourouter_at \' chat\'' -l show-reasoning -d 'Reasoning on standard error; shown on a terminal.'
complete -c yourouter -n '__yourouter_at \' chat\'' -l hide-reasoning -d 'Reasoning on standard error; shown on a terminal.'
complete -c yourouter -n '__yourouter_at \' chat\'' -s c -l continue -d 'Go on with the last conversation.'
complete -c yourouter -n '__yourouter_at \' chat\'' -l conversation -x -ka '(__yourouter_known conversation)' -d 'Go on with this conversation.'
complete -c yourouter -n '__yourouter_at \' chat\'' -l no-save -d 'Keep nothing of this.'
complete -c yourouter -n '__yourouter_at \' chat\'' -l save-attachments -d 'Keep what is attached, not only its name.'
complete -c yourouter -n '__yourouter_at \' chat\'' -l expect -x -d 'Exit 9 unless the answer is TEXT.'
complete -c yourouter -n '__yourouter_at \' chat\'' -l expect-regex -x -d 'Exit 9 unless the answer has RE.'
complete -c yourouter -n '__yourouter_at \' chat\'' -l strict -d 'A cut or filtered answer is exit 7.'
complete -c yourouter -n '__yourouter_at \' chat\'' -l dry-run -d 'Print the request as JSON; send nothing.'
complete -c yourouter -n '__yourouter_at \' chat\'' -l curl -d 'Print a curl command; send nothing.'
complete -c yourouter -n '__yourouter_at \' chat\'' -l format -x -ka 'text markdown json jsonl' -d 'How to write the result: `yourouter help formats`.'
complete -c yourouter -n '__yourouter_at \' chat\'' -l connect-timeout -x -d 'Give up connecting after this long.'
complete -c yourouter -n '__yourouter_at \' chat\'' -l first-byte-timeout -x -d 'Give up waiting for an answer.'
complete -c yourouter -n '__yourouter_at \' chat\'' -l idle-timeout -x -d 'Give up when nothing more comes for so long.'
complete -c yourouter -n '__yourouter_at \' chat\'' -l timeout -x -d 'Give up on the whole command after this long.'
complete -c yourouter -n '__yourouter_at \' chat\'' -l retries -x -d 'Further attempts after the first.'

# config
complete -c yourouter -n '__yourouter_at \' config\'' -a init -d 'Make a profile: asks on a terminal, takes options in scripts, then tries it.'
complete -c yourouter -n '__yourouter_at \' config\'' -a get -d 'Print the value of one setting; keys are masked, an unset one is an empty line.'
complete -c yourouter -n '__yourouter_at \' config\'' -a set -d 'Give a setting a value in a profile, which is made if need be.'
complete -c yourouter -n '__yourouter_at \' config\'' -a unset -d 'Take a setting out of a profile, so that its default holds again.'
complete -c yourouter -n '__yourouter_at \' config\'' -a list -d 'List all settings of a profile with their values; keys are masked.'
complete -c yourouter -n '__yourouter_at \' config\'' -a profiles -d 'List the profiles; the current one is marked.'
complete -c yourouter -n '__yourouter_at \' config\'' -a use -d 'Make a profile the default one.'
complete -c yourouter -n '__yourouter_at \' config\'' -a remove -d 'Take a profile away, with the key it holds.'
complete -c yourouter -n '__yourouter_at \' config\'' -a edit -d 'Edit the configuration in $VISUAL or $EDITOR; it is checked before it is kept.'
complete -c yourouter -n '__yourouter_at \' config\'' -a path -d 'Print where the configuration file is, or would be.'
complete -c yourouter -n '__yourouter_at \' config\'' -a doctor -d 'Find out what is wrong, layer by layer, and how to mend it; exit 9 when something is.'
complete -c yourouter -n '__yourouter_at \' config\'' -l format -x -ka 'text json' -d 'How to write the result: `yourouter help formats`.'

# config init
complete -c yourouter -n '__yourouter_at \' config init\'' -l base-url -x -d 'Where the gateway is.'
complete -c yourouter -n '__yourouter_at \' config init\'' -s m -l model -x -ka '(__yourouter_known model)' -d 'The model that answers.'
complete -c yourouter -n '__yourouter_at \' config init\'' -l fallback -x -ka '(__yourouter_known model)' -d 'Model to ask next; repeatable.'
complete -c yourouter -n '__yourouter_at \' config init\'' -l vendor -x -ka 'auto anthropic aws azure deepseek google mistral openai volcengine x' -d 'Pin one vendor, or `auto`.'
complete -c yourouter -n '__yourouter_at \' config init\'' -l api-key-env -x -d 'Variable that holds the key.'
complete -c yourouter -n '__yourouter_at \' config init\'' -l no-check -d 'Do not ask the model for a sign of life.'
complete -c yourouter -n '__yourouter_at \' config init\'' -l format -x -ka 'text json' -d 'How to write the result: `yourouter help formats`.'
complete -c yourouter -n '__yourouter_at \' config init\'' -l connect-timeout -x -d 'Give up connecting after this long.'
complete -c yourouter -n '__yourouter_at \' config init\'' -l first-byte-timeout -x -d 'Give up waiting for an answer.'
complete -c yourouter -n '__yourouter_at \' config init\'' -l idle-timeout -x -d 'Give up when nothing more comes for so long.'
complete -c yourouter -n '__yourouter_at \' config init\'' -l timeout -x -d 'Give up on the whole command after this long.'
complete -c yourouter -n '__yourouter_at \' config init\'' -l retries -x -d 'Further attempts after the first.'

# config get
complete -c yourouter -n '__yourouter_at \' config get\' 0' -ka 'base_url api_key api_key_env api_key_command api_key_file api_key_keyring model fallback_models vendor dialect embedding_model video_model system headers params connect_timeout first_byte_timeout idle_timeout timeout retries save_history allow_insecure_http video_base_url'
complete -c yourouter -n '__yourouter_at \' config get\'' -l origin -d 'Also say where each value is from.'
complete -c yourouter -n '__yourouter_at \' config get\'' -l format -x -ka 'text json' -d 'How to write the result: `yourouter help formats`.'

# config set
complete -c yourouter -n '__yourouter_at \' config set\' 0' -ka 'base_url api_key api_key_env api_key_command api_key_file api_key_keyring model fallback_models vendor dialect embedding_model video_model system headers params connect_timeout first_byte_timeout idle_timeout timeout retries save_history allow_insecure_http video_base_url'
complete -c yourouter -n '__yourouter_at \' config set\' 1+' -ka '(__yourouter_known value)'
complete -c yourouter -n '__yourouter_at \' config set\'' -l format -x -ka 'text json' -d 'How to write the result: `yourouter help formats`.'

# config unset
complete -c yourouter -n '__yourouter_at \' config unset\' 0' -ka 'base_url api_key api_key_env api_key_command api_key_file api_key_keyring model fallback_models vendor dialect embedding_model video_model system headers params connect_timeout first_byte_timeout idle_timeout timeout retries save_history allow_insecure_http video_base_url'
complete -c yourouter -n '__yourouter_at \' config unset\'' -l format -x -ka 'text json' -d 'How to write the result: `yourouter help formats`.'

# config list
complete -c yourouter -n '__yourouter_at \' config list\'' -l origin -d 'Also say where each value is from.'
complete -c yourouter -n '__yourouter_at \' config list\'' -l format -x -ka 'text json' -d 'How to write the result: `yourouter help formats`.'

# config profiles
complete -c yourouter -n '__yourouter_at \' config profiles\'' -l format -x -ka 'text json' -d 'How to write the result: `yourouter help formats`.'

# config use
complete -c yourouter -n '__yourouter_at \' config use\' 0' -ka '(__yourouter_known profile)'
complete -c yourouter -n '__yourouter_at \' config use\'' -l format -x -ka 'text json' -d 'How to write the result: `yourouter help formats`.'

# config remove
complete -c yourouter -n '__yourouter_at \' config remove\' 0' -ka '(__yourouter_known profile)'
complete -c yourouter -n '__yourouter_at \' config remove\'' -l format -x -ka 'text json' -d 'How to write the result: `yourouter help formats`.'

# config edit
complete -c yourouter -n '__yourouter_at \' config edit\'' -l format -x -ka 'text json' -d 'How to write the result: `yourouter help formats`.'

# config path
complete -c yourouter -n '__yourouter_at \' config path\'' -l format -x -ka 'text json' -d 'How to write the result: `yourouter help formats`.'

# config doctor
complete -c yourouter -n '__yourouter_at \' config doctor\'' -l offline -d 'Look only at what is on this machine.'
complete -c yourouter -n '__yourouter_at \' config doctor\'' -l junit -r -F -d 'Also a report as JUnit XML.'
complete -c yourouter -n '__yourouter_at \' config doctor\'' -l format -x -ka 'text json' -d 'How to write the result: `yourouter help formats`.'
complete -c yourouter -n '__yourouter_at \' config doctor\'' -l connect-timeout -x -d 'Give up connecting after this long.'
complete -c yourouter -n '__yourouter_at \' config doctor\'' -l first-byte-timeout -x -d 'Give up waiting for an answer.'
complete -c yourouter -n '__yourouter_at \' config doctor\'' -l idle-timeout -x -d 'Give up when nothing more comes for so long.'
complete -c yourouter -n '__yourouter_at \' config doctor\'' -l timeout -x -d 'Give up on the whole command after this long.'
complete -c yourouter -n '__yourouter_at \' config doctor\'' -l retries -x -d 'Further attempts after the first.'

# history
complete -c yourouter -n '__yourouter_at \' history\'' -a list -d 'List conversations, last used first; with -p only those of that profile.'
complete -c yourouter -n '__yourouter_at \' history\'' -a show -d 'Show a conversation from beginning to end.'
complete -c yourouter -n '__yourouter_at \' history\'' -a search -d 'Find conversations by words of questions and answers, the newest match first.'
complete -c yourouter -n '__yourouter_at \' history\'' -a export -d 'Write a conversation to standard output, as Markdown unless --format says otherwise.'
complete -c yourouter -n '__yourouter_at \' history\'' -a import -d 'Take in what was exported; prints the ids. Conversations that are there already stay.'
complete -c yourouter -n '__yourouter_at \' history\'' -a delete -d 'Delete conversations for good; asks first.'
complete -c yourouter -n '__yourouter_at \' history\'' -a path -d 'Print where the database is, or would be.'
complete -c yourouter -n '__yourouter_at \' history\'' -l format -x -ka 'text json' -d 'How to write the result: `yourouter help formats`.'

# history list
complete -c yourouter -n '__yourouter_at \' history list\'' -l limit -x -d 'At most so many; 0: all.'
complete -c yourouter -n '__yourouter_at \' history list\'' -l format -x -ka 'text json' -d 'How to write the result: `yourouter help formats`.'

# history show
complete -c yourouter -n '__yourouter_at \' history show\' 0' -ka '(__yourouter_known conversation)'
complete -c yourouter -n '__yourouter_at \' history show\'' -l format -x -ka 'text json' -d 'How to write the result: `yourouter help formats`.'

# history search
complete -c yourouter -n '__yourouter_at \' history search\'' -l limit -x -d 'At most so many; 0: all.'
complete -c yourouter -n '__yourouter_at \' history search\'' -l format -x -ka 'text json' -d 'How to write the result: `yourouter help formats`.'

# history export
complete -c yourouter -n '__yourouter_at \' history export\' 0' -ka '(__yourouter_known conversation)'
complete -c yourouter -n '__yourouter_at \' history export\'' -l format -x -ka 'markdown json jsonl' -d 'How to write the result: `yourouter help formats`.'

# history import
complete -c yourouter -n '__yourouter_at \' history import\' 0' -F
complete -c yourouter -n '__yourouter_at \' history import\'' -l format -x -ka 'text json' -d 'How to write the result: `yourouter help formats`.'

# history delete
complete -c yourouter -n '__yourouter_at \' history delete\' 0+' -ka '(__yourouter_known conversation)'
complete -c yourouter -n '__yourouter_at \' history delete\'' -l older-than -x -d 'Those not used since: 12h, 30d, 8w.'
complete -c yourouter -n '__yourouter_at \' history delete\'' -l yes -d 'Do not ask for confirmation.'
complete -c yourouter -n '__yourouter_at \' history delete\'' -l format -x -ka 'text json' -d 'How to write the result: `yourouter help formats`.'

# history path
complete -c yourouter -n '__yourouter_at \' history path\'' -l format -x -ka 'text json' -d 'How to write the result: `yourouter help formats`.'

# embed
complete -c yourouter -n '__yourouter_at \' embed\'' -s i -l input -r -F -d '.txt (lines), .jsonl, .csv or .parquet, or a pattern; repeatable.'
complete -c yourouter -n '__yourouter_at \' embed\'' -l field -x -d 'Where a record has its text; `text` by default.'
complete -c yourouter -n '__yourouter_at \' embed\'' -l id-field -x -d 'Where a record has its id; `id` by default.'
complete -c yourouter -n '__yourouter_at \' embed\'' -s o -l output -r -F -d '.jsonl, .npy or .parquet; else JSON lines.'
complete -c yourouter -n '__yourouter_at \' embed\'' -l dtype -x -ka 'float32 float16' -d 'How exact the numbers are.'
complete -c yourouter -n '__yourouter_at \' embed\'' -l keep-text -d 'Keep each text beside its vector.'
complete -c yourouter -n '__yourouter_at \' embed\'' -l force -d 'Overwrite a finished output.'
complete -c yourouter -n '__yourouter_at \' embed\'' -l resume -d 'Go on after a stop; what is done is not sent again.'
complete -c yourouter -n '__yourouter_at \' embed\'' -l errors -r -F -d 'List the rows without a vector, with why.'
complete -c yourouter -n '__yourouter_at \' embed\'' -s m -l model -x -ka '(__yourouter_known model)' -d 'The model to ask.'
complete -c yourouter -n '__yourouter_at \' embed\'' -l dimensions -x -d 'Numbers a vector.'
complete -c yourouter -n '__yourouter_at \' embed\'' -l vendor -x -ka 'auto anthropic aws azure deepseek google mistral openai volcengine x' -d 'Pin one vendor; `auto` lets the gateway choose.'
complete -c yourouter -n '__yourouter_at \' embed\'' -s P -l param -x -d 'Any body field; VALUE is JSON when it parses.'
complete -c yourouter -n '__yourouter_at \' embed\'' -s H -l header -x -d 'Any header to send along.'
complete -c yourouter -n '__yourouter_at \' embed\'' -l batch-size -x -d 'Texts in a request.'
complete -c yourouter -n '__yourouter_at \' embed\'' -l concurrency -x -d 'Requests at a time.'
complete -c yourouter -n '__yourouter_at \' embed\'' -l nearest -r -F -d 'List the rows of FILE closest to the text.'
complete -c yourouter -n '__yourouter_at \' embed\'' -l top -x -d 'How many of them; 10 by default.'
complete -c yourouter -n '__yourouter_at \' embed\'' -l dry-run -d 'Count rows, requests and tokens; send nothing.'
complete -c yourouter -n '__yourouter_at \' embed\'' -l format -x -ka 'json jsonl' -d 'How to write the result: `yourouter help formats`.'
complete -c yourouter -n '__yourouter_at \' embed\'' -l connect-timeout -x -d 'Give up connecting after this long.'
complete -c yourouter -n '__yourouter_at \' embed\'' -l first-byte-timeout -x -d 'Give up waiting for an answer.'
complete -c yourouter -n '__yourouter_at \' embed\'' -l idle-timeout -x -d 'Give up when nothing more comes for so long.'
complete -c yourouter -n '__yourouter_at \' embed\'' -l timeout -x -d 'Give up on the whole command after this long.'
complete -c yourouter -n '__yourouter_at \' embed\'' -l retries -x -d 'Further attempts after the first.'

# video
complete -c yourouter -n '__yourouter_at \' video\'' -a create -d 'Order a video and print the id of the task.'
complete -c yourouter -n '__yourouter_at \' video\'' -a wait -d 'Wait for the end of tasks; Ctrl-C stops waiting, not the tasks.'
complete -c yourouter -n '__yourouter_at \' video\'' -a get -d 'Show a task as it is now.'
complete -c yourouter -n '__yourouter_at \' video\'' -a list -d 'List the tasks made here, as they were last seen; with -p only those of one profile.'
complete -c yourouter -n '__yourouter_at \' video\'' -a cancel -d 'Take a task out of the queue; one that is running cannot be stopped.'
complete -c yourouter -n '__yourouter_at \' video\'' -a delete -d 'Remove the record of a task, here and at the gateway; its video is gone then.'
complete -c yourouter -n '__yourouter_at \' video\'' -a download -d 'Save the video of a task that has succeeded, going on where a download broke off.'
complete -c yourouter -n '__yourouter_at \' video\'' -l format -x -ka 'text json' -d 'How to write the result: `yourouter help formats`.'

# video create
complete -c yourouter -n '__yourouter_at \' video create\'' -s a -l image -r -F -d 'The first frame.'
complete -c yourouter -n '__yourouter_at \' video create\'' -l last-frame -r -F -d 'The last frame; needs the first.'
complete -c yourouter -n '__yourouter_at \' video create\'' -l reference -r -F -d 'What it is to be like; repeatable.'
complete -c yourouter -n '__yourouter_at \' video create\'' -l resolution -x -ka '480p 720p 1080p 4k' -d 'How sharp.'
complete -c yourouter -n '__yourouter_at \' video create\'' -l ratio -x -ka '16:9 9:16 adaptive' -d 'Width to height.'
complete -c yourouter -n '__yourouter_at \' video create\'' -l duration -x -d 'How long; -1 lets the model decide.'
complete -c yourouter -n '__yourouter_at \' video create\'' -l frames -x -d 'Instead: how many frames, 25+4n.'
complete -c yourouter -n '__yourouter_at \' video create\'' -l seed -x -d 'For the same again; -1 is any.'
complete -c yourouter -n '__yourouter_at \' video create\'' -l camera-fixed -d 'Whether it stands still.'
complete -c yourouter -n '__yourouter_at \' video create\'' -l no-camera-fixed -d 'Whether it stands still.'
complete -c yourouter -n '__yourouter_at \' video create\'' -l watermark -d 'Whether there is a mark.'
complete -c yourouter -n '__yourouter_at \' video create\'' -l no-watermark -d 'Whether there is a mark.'
complete -c yourouter -n '__yourouter_at \' video create\'' -l audio -d 'Whether there is sound.'
complete -c yourouter -n '__yourouter_at \' video create\'' -l no-audio -d 'Whether there is sound.'
complete -c yourouter -n '__yourouter_at \' video create\'' -s m -l model -x -ka '(__yourouter_known model)' -d 'The model to ask.'
complete -c yourouter -n '__yourouter_at \' video create\'' -l vendor -x -ka 'auto anthropic aws azure deepseek google mistral openai volcengine x' -d 'Pin one vendor; `auto` lets the gateway choose.'
complete -c yourouter -n '__yourouter_at \' video create\'' -l service-tier -x -ka 'default flex' -d 'flex is slower and cheaper.'
complete -c yourouter -n '__yourouter_at \' video create\'' -l callback-url -x -d 'Told of every change by the gateway.'
complete -c yourouter -n '__yourouter_at \' video create\'' -s P -l param -x -d 'Any body field; VALUE is JSON when it parses.'
complete -c yourouter -n '__yourouter_at \' video create\'' -s H -l header -x -d 'Any header to send along.'
complete -c yourouter -n '__yourouter_at \' video create\'' -l no-stdin -d 'Ignore standard input.'
complete -c yourouter -n '__yourouter_at \' video create\'' -l wait -d 'Wait for the end.'
complete -c yourouter -n '__yourouter_at \' video create\'' -s o -l output -r -F -d 'Wait, and save the video in FILE.'
complete -c yourouter -n '__yourouter_at \' video create\'' -l force -d 'Replace FILE if it exists.'
complete -c yourouter -n '__yourouter_at \' video create\'' -l return-last-frame -d 'The last frame too, as a picture beside FILE.'
complete -c yourouter -n '__yourouter_at \' video create\'' -l poll -x -d 'Ask so often how it is, 1 at least.'
complete -c yourouter -n '__yourouter_at \' video create\'' -l show-url -d 'Show links whole; who has one can fetch the file.'
complete -c yourouter -n '__yourouter_at \' video create\'' -l format -x -ka 'text json jsonl' -d 'How to write the result: `yourouter help formats`.'
complete -c yourouter -n '__yourouter_at \' video create\'' -l connect-timeout -x -d 'Give up connecting after this long.'
complete -c yourouter -n '__yourouter_at \' video create\'' -l first-byte-timeout -x -d 'Give up waiting for an answer.'
complete -c yourouter -n '__yourouter_at \' video create\'' -l idle-timeout -x -d 'Give up when nothing more comes for so long.'
complete -c yourouter -n '__yourouter_at \' video create\'' -l timeout -x -d 'Give up on the whole command after this long.'
complete -c yourouter -n '__yourouter_at \' video create\'' -l retries -x -d 'Further attempts after the first.'

# video wait
complete -c yourouter -n '__yourouter_at \' video wait\' 0+' -ka '(__yourouter_known task)'
complete -c yourouter -n '__yourouter_at \' video wait\'' -l poll -x -d 'Ask so often how it is, 1 at least.'
complete -c yourouter -n '__yourouter_at \' video wait\'' -l show-url -d 'Show links whole; who has one can fetch the file.'
complete -c yourouter -n '__yourouter_at \' video wait\'' -l format -x -ka 'text json jsonl' -d 'How to write the result: `yourouter help formats`.'
complete -c yourouter -n '__yourouter_at \' video wait\'' -l connect-timeout -x -d 'Give up connecting after this long.'
complete -c yourouter -n '__yourouter_at \' video wait\'' -l first-byte-timeout -x -d 'Give up waiting for an answer.'
complete -c yourouter -n '__yourouter_at \' video wait\'' -l idle-timeout -x -d 'Give up when nothing more comes for so long.'
complete -c yourouter -n '__yourouter_at \' video wait\'' -l timeout -x -d 'Give up on the whole command after this long.'
complete -c yourouter -n '__yourouter_at \' video wait\'' -l retries -x -d 'Further attempts after the first.'

# video get
complete -c yourouter -n '__yourouter_at \' video get\' 0' -ka '(__yourouter_known task)'
complete -c yourouter -n '__yourouter_at \' video get\'' -l show-url -d 'Show links whole; who has one can fetch the file.'
complete -c yourouter -n '__yourouter_at \' video get\'' -l format -x -ka 'text json jsonl' -d 'How to write the result: `yourouter help formats`.'
complete -c yourouter -n '__yourouter_at \' video get\'' -l connect-timeout -x -d 'Give up connecting after this long.'
complete -c yourouter -n '__yourouter_at \' video get\'' -l first-byte-timeout -x -d 'Give up waiting for an answer.'
complete -c yourouter -n '__yourouter_at \' video get\'' -l idle-timeout -x -d 'Give up when nothing more comes for so long.'
complete -c yourouter -n '__yourouter_at \' video get\'' -l timeout -x -d 'Give up on the whole command after this long.'
complete -c yourouter -n '__yourouter_at \' video get\'' -l retries -x -d 'Further attempts after the first.'

# video list
complete -c yourouter -n '__yourouter_at \' video list\'' -l remote -d 'Ask the gateway as well.'
complete -c yourouter -n '__yourouter_at \' video list\'' -l status -x -ka 'queued running succeeded failed cancelled expired unknown' -d 'Only these; repeatable.'
complete -c yourouter -n '__yourouter_at \' video list\'' -l show-url -d 'Show links whole; who has one can fetch the file.'
complete -c yourouter -n '__yourouter_at \' video list\'' -l format -x -ka 'text json jsonl' -d 'How to write the result: `yourouter help formats`.'
complete -c yourouter -n '__yourouter_at \' video list\'' -l connect-timeout -x -d 'Give up connecting after this long.'
complete -c yourouter -n '__yourouter_at \' video list\'' -l first-byte-timeout -x -d 'Give up waiting for an answer.'
complete -c yourouter -n '__yourouter_at \' video list\'' -l idle-timeout -x -d 'Give up when nothing more comes for so long.'
complete -c yourouter -n '__yourouter_at \' video list\'' -l timeout -x -d 'Give up on the whole command after this long.'
complete -c yourouter -n '__yourouter_at \' video list\'' -l retries -x -d 'Further attempts after the first.'

# video cancel
complete -c yourouter -n '__yourouter_at \' video cancel\' 0' -ka '(__yourouter_known task)'
complete -c yourouter -n '__yourouter_at \' video cancel\'' -l format -x -ka 'text json' -d 'How to write the result: `yourouter help formats`.'
complete -c yourouter -n '__yourouter_at \' video cancel\'' -l connect-timeout -x -d 'Give up connecting after this long.'
complete -c yourouter -n '__yourouter_at \' video cancel\'' -l first-byte-timeout -x -d 'Give up waiting for an answer.'
complete -c yourouter -n '__yourouter_at \' video cancel\'' -l idle-timeout -x -d 'Give up when nothing more comes for so long.'
complete -c yourouter -n '__yourouter_at \' video cancel\'' -l timeout -x -d 'Give up on the whole command after this long.'
complete -c yourouter -n '__yourouter_at \' video cancel\'' -l retries -x -d 'Further attempts after the first.'

# video delete
complete -c yourouter -n '__yourouter_at \' video delete\' 0' -ka '(__yourouter_known task)'
complete -c yourouter -n '__yourouter_at \' video delete\'' -l yes -d 'Do not ask for confirmation.'
complete -c yourouter -n '__yourouter_at \' video delete\'' -l format -x -ka 'text json' -d 'How to write the result: `yourouter help formats`.'
complete -c yourouter -n '__yourouter_at \' video delete\'' -l connect-timeout -x -d 'Give up connecting after this long.'
complete -c yourouter -n '__yourouter_at \' video delete\'' -l first-byte-timeout -x -d 'Give up waiting for an answer.'
complete -c yourouter -n '__yourouter_at \' video delete\'' -l idle-timeout -x -d 'Give up when nothing more comes for so long.'
complete -c yourouter -n '__yourouter_at \' video delete\'' -l timeout -x -d 'Give up on the whole command after this long.'
complete -c yourouter -n '__yourouter_at \' video delete\'' -l retries -x -d 'Further attempts after the first.'

# video download
complete -c yourouter -n '__yourouter_at \' video download\' 0' -ka '(__yourouter_known task)'
complete -c yourouter -n '__yourouter_at \' video download\'' -s o -l output -r -F -d 'Where to; ID.mp4 here if not given.'
complete -c yourouter -n '__yourouter_at \' video download\'' -l force -d 'Replace FILE if it exists.'
complete -c yourouter -n '__yourouter_at \' video download\'' -l return-last-frame -d 'The last frame too, as a picture beside FILE.'
complete -c yourouter -n '__yourouter_at \' video download\'' -l format -x -ka 'text json' -d 'How to write the result: `yourouter help formats`.'
complete -c yourouter -n '__yourouter_at \' video download\'' -l connect-timeout -x -d 'Give up connecting after this long.'
complete -c yourouter -n '__yourouter_at \' video download\'' -l first-byte-timeout -x -d 'Give up waiting for an answer.'
complete -c yourouter -n '__yourouter_at \' video download\'' -l idle-timeout -x -d 'Give up when nothing more comes for so long.'
complete -c yourouter -n '__yourouter_at \' video download\'' -l timeout -x -d 'Give up on the whole command after this long.'
complete -c yourouter -n '__yourouter_at \' video download\'' -l retries -x -d 'Further attempts after the first.'

# models
complete -c yourouter -n '__yourouter_at \' models\'' -a list -d 'List the models that the gateway offers.'
complete -c yourouter -n '__yourouter_at \' models\'' -a show -d 'Show what is known about one model.'
complete -c yourouter -n '__yourouter_at \' models\'' -a use -d 'Make a model the profile\'s: for chat, embeddings or videos, by what it makes.'
complete -c yourouter -n '__yourouter_at \' models\'' -a check -d 'Ask models for a sign of life, many at once; exit 9 when one fails.'
complete -c yourouter -n '__yourouter_at \' models\'' -l format -x -ka 'text json' -d 'How to write the result: `yourouter help formats`.'

# models list
complete -c yourouter -n '__yourouter_at \' models list\'' -l family -x -d 'Only one family, such as `claude`.'
complete -c yourouter -n '__yourouter_at \' models list\'' -l search -x -d 'Only ids with TEXT in them.'
complete -c yourouter -n '__yourouter_at \' models list\'' -l refresh -d 'Ask the gateway, also when a list is kept.'
complete -c yourouter -n '__yourouter_at \' models list\'' -l live -d 'Only what the gateway lists now, or only what is built in.'
complete -c yourouter -n '__yourouter_at \' models list\'' -l catalog -d 'Only what the gateway lists now, or only what is built in.'
complete -c yourouter -n '__yourouter_at \' models list\'' -l format -x -ka 'text json' -d 'How to write the result: `yourouter help formats`.'
complete -c yourouter -n '__yourouter_at \' models list\'' -l connect-timeout -x -d 'Give up connecting after this long.'
complete -c yourouter -n '__yourouter_at \' models list\'' -l first-byte-timeout -x -d 'Give up waiting for an answer.'
complete -c yourouter -n '__yourouter_at \' models list\'' -l idle-timeout -x -d 'Give up when nothing more comes for so long.'
complete -c yourouter -n '__yourouter_at \' models list\'' -l timeout -x -d 'Give up on the whole command after this long.'
complete -c yourouter -n '__yourouter_at \' models list\'' -l retries -x -d 'Further attempts after the first.'

# models show
complete -c yourouter -n '__yourouter_at \' models show\' 0' -ka '(__yourouter_known model)'
complete -c yourouter -n '__yourouter_at \' models show\'' -l format -x -ka 'text json' -d 'How to write the result: `yourouter help formats`.'
complete -c yourouter -n '__yourouter_at \' models show\'' -l connect-timeout -x -d 'Give up connecting after this long.'
complete -c yourouter -n '__yourouter_at \' models show\'' -l first-byte-timeout -x -d 'Give up waiting for an answer.'
complete -c yourouter -n '__yourouter_at \' models show\'' -l idle-timeout -x -d 'Give up when nothing more comes for so long.'
complete -c yourouter -n '__yourouter_at \' models show\'' -l timeout -x -d 'Give up on the whole command after this long.'
complete -c yourouter -n '__yourouter_at \' models show\'' -l retries -x -d 'Further attempts after the first.'

# models use
complete -c yourouter -n '__yourouter_at \' models use\' 0' -ka '(__yourouter_known model)'
complete -c yourouter -n '__yourouter_at \' models use\'' -l fallback -x -ka '(__yourouter_known model)' -d 'Model to ask next; repeatable.'
complete -c yourouter -n '__yourouter_at \' models use\'' -l force -d 'Also an id that nobody lists.'
complete -c yourouter -n '__yourouter_at \' models use\'' -l format -x -ka 'text json' -d 'How to write the result: `yourouter help formats`.'
complete -c yourouter -n '__yourouter_at \' models use\'' -l connect-timeout -x -d 'Give up connecting after this long.'
complete -c yourouter -n '__yourouter_at \' models use\'' -l first-byte-timeout -x -d 'Give up waiting for an answer.'
complete -c yourouter -n '__yourouter_at \' models use\'' -l idle-timeout -x -d 'Give up when nothing more comes for so long.'
complete -c yourouter -n '__yourouter_at \' models use\'' -l timeout -x -d 'Give up on the whole command after this long.'
complete -c yourouter -n '__yourouter_at \' models use\'' -l retries -x -d 'Further attempts after the first.'

# models check
complete -c yourouter -n '__yourouter_at \' models check\' 0+' -ka '(__yourouter_known model)'
complete -c yourouter -n '__yourouter_at \' models check\'' -l vendor -x -ka 'auto anthropic aws azure deepseek google mistral openai volcengine x' -d 'Ask each model by this vendor; repeatable.'
complete -c yourouter -n '__yourouter_at \' models check\'' -l prompt -x -d 'What to ask instead.'
complete -c yourouter -n '__yourouter_at \' models check\'' -l expect -x -d 'What the answer has to be.'
complete -c yourouter -n '__yourouter_at \' models check\'' -l concurrency -x -d 'How many at once.'
complete -c yourouter -n '__yourouter_at \' models check\'' -l repeat -x -d 'Ask each so many times.'
complete -c yourouter -n '__yourouter_at \' models check\'' -l cell-timeout -x -d 'Most for asking once.'
complete -c yourouter -n '__yourouter_at \' models check\'' -l junit -r -F -d 'Also a report as JUnit XML.'
complete -c yourouter -n '__yourouter_at \' models check\'' -l format -x -ka 'text json tap' -d 'How to write the result: `yourouter help formats`.'
complete -c yourouter -n '__yourouter_at \' models check\'' -l connect-timeout -x -d 'Give up connecting after this long.'
complete -c yourouter -n '__yourouter_at \' models check\'' -l first-byte-timeout -x -d 'Give up waiting for an answer.'
complete -c yourouter -n '__yourouter_at \' models check\'' -l idle-timeout -x -d 'Give up when nothing more comes for so long.'
complete -c yourouter -n '__yourouter_at \' models check\'' -l timeout -x -d 'Give up on the whole command after this long.'
complete -c yourouter -n '__yourouter_at \' models check\'' -l retries -x -d 'Further attempts after the first.'

# sandbox
complete -c yourouter -n '__yourouter_at \' sandbox\'' -l host -x -d 'Address to listen on.'
complete -c yourouter -n '__yourouter_at \' sandbox\'' -l port -x -d 'Port; 0 takes a free one.'
complete -c yourouter -n '__yourouter_at \' sandbox\'' -l latency -x -d 'Wait before each answer.'
complete -c yourouter -n '__yourouter_at \' sandbox\'' -l log -r -F -d 'A JSON line for each request.'
complete -c yourouter -n '__yourouter_at \' sandbox\'' -l format -x -ka 'text json' -d 'How to write the result: `yourouter help formats`.'

# help
complete -c yourouter -n '__yourouter_at \' help\' 0+' -ka 'environment exit-codes formats profiles chat config history embed video models sandbox help'
complete -c yourouter -n '__yourouter_at \' help\'' -l format -x -ka 'text json' -d 'How to write the result: `yourouter help formats`.'
