# Completion of yourouter for PowerShell.
# Written by `python -m yourouter_cli.commands.completion`; changes are lost.

Register-ArgumentCompleter -Native -CommandName yourouter -ScriptBlock {
    param($typed, $ast, $cursor)

    # Names differ by case: -p is not -P.
    $exact = [System.StringComparer]::Ordinal
    # What a command can be followed by: lines of a word, a tab and what it is about.
    $commands = New-Object 'System.Collections.Generic.Dictionary[string,string[]]' $exact
    $options = New-Object 'System.Collections.Generic.Dictionary[string,string[]]' $exact
    # What a value can be: words, or what the program knows, or files.
    $values = New-Object 'System.Collections.Generic.Dictionary[string,string]' $exact
    $arguments = New-Object 'System.Collections.Generic.Dictionary[string,string]' $exact
    $commands[''] = @('chat	Ask a model: one-shot, piped, or an interactive session.', 'config	Profiles, keys and settings.', 'history	Conversations: list, show, search, export, delete.', 'embed	Text to vectors: one line or a hundred million.', 'video	Generation tasks: create, wait, get, list, cancel, delete, download.', 'models	Which there are, which to use, and whether they answer.', 'sandbox	Serve a local gateway that speaks every endpoint.', 'help	Topics, and the help of every command.')
    $options[''] = @('--version	Show the version and leave; --json names those of all parts.', '--install-completion	Complete in bash, zsh, fish or powershell; without SHELL, in yours.', '-p	Profile to use; `sandbox` is built in.', '--profile	Profile to use; `sandbox` is built in.', '--format	How to write the result: `yourouter help formats`.', '--json	Short for --format json.', '-q	Nothing on standard error but errors.', '--quiet	Nothing on standard error but errors.', '--debug	Show requests, responses and tracebacks.', '--color	When to use colour.', '--no-input	Never ask anything.', '--connect-timeout	Give up connecting after this long.', '--first-byte-timeout	Give up waiting for an answer.', '--idle-timeout	Give up when nothing more comes for so long.', '--timeout	Give up on the whole command after this long.', '--retries	Further attempts after the first.', '--help	Show this message and leave.')
    $values[' -p'] = 'known profile'
    $values[' --profile'] = 'known profile'
    $values[' --format'] = 'text markdown json jsonl tap'
    $values[' --color'] = 'auto always never'
    $values[' --connect-timeout'] = ''
    $values[' --first-byte-timeout'] = ''
    $values[' --idle-timeout'] = ''
    $values[' --timeout'] = ''
    $values[' --retries'] = ''
    $options[' chat'] = @('-m	The model to ask.', '--model	The model to ask.', '--fallback	Model to ask next; repeatable.', '--no-fallback	Ask no other model.', '--vendor	Pin one vendor; `auto` lets the gateway choose.', '--dialect	The API to speak.', '-s	System prompt.', '--system	System prompt.', '-a	Image, PDF, audio or text; repeatable.', '--attach	Image, PDF, audio or text; repeatable.', '-t	Randomness, 0 to 2.', '--temperature	Randomness, 0 to 2.', '--top-p	Only the likeliest words, 0 to 1.', '--max-tokens	Longest answer, in tokens.', '--seed	Same seed, same answer, where that is supported.', '--stop	End before TEXT; repeatable.', '--reasoning	none, minimal, low, medium, high, …', '--schema	The answer is JSON of this JSON Schema.', '--tools	Functions the model may call.', '--run-tools	Run the tools'' commands.', '--yes	Do not ask for confirmation.', '--max-rounds	Most requests with --run-tools.', '-P	Any body field; VALUE is JSON when it parses.', '--param	Any body field; VALUE is JSON when it parses.', '-H	Any header to send along.', '--header	Any header to send along.', '--no-stdin	Ignore standard input.', '--no-stream	Ask for the whole at once.', '-o	The answer to a file.', '--output	The answer to a file.', '--extract-code	Only the last fenced code block.', '--sanitize	Clean a pipe of control sequences.', '--usage	A receipt on standard error: tokens, cost, times.', '--show-reasoning	Reasoning on standard error; shown on a terminal.', '--hide-reasoning	Reasoning on standard error; shown on a terminal.', '-c	Go on with the last conversation.', '--continue	Go on with the last conversation.', '--conversation	Go on with this conversation.', '--no-save	Keep nothing of this.', '--save-attachments	Keep what is attached, not only its name.', '--expect	Exit 9 unless the answer is TEXT.', '--expect-regex	Exit 9 unless the answer has RE.', '--strict	A cut or filtered answer is exit 7.', '--dry-run	Print the request as JSON; send nothing.', '--curl	Print a curl command; send nothing.', '-p	Profile to use; `sandbox` is built in.', '--profile	Profile to use; `sandbox` is built in.', '--format	How to write the result: `yourouter help formats`.', '--json	Short for --format json.', '-q	Nothing on standard error but errors.', '--quiet	Nothing on standard error but errors.', '--debug	Show requests, responses and tracebacks.', '--color	When to use colour.', '--no-input	Never ask anything.', '--connect-timeout	Give up connecting after this long.', '--first-byte-timeout	Give up waiting for an answer.', '--idle-timeout	Give up when nothing more comes for so long.', '--timeout	Give up on the whole command after this long.', '--retries	Further attempts after the first.', '--help	Show this message and leave.')
    $values[' chat -m'] = 'known model'
    $values[' chat --model'] = 'known model'
    $values[' chat --fallback'] = 'known model'
    $values[' chat --vendor'] = 'auto anthropic aws azure deepseek google mistral openai volcengine x'
    $values[' chat --dialect'] = 'openai anthropic gemini'
    $values[' chat -s'] = 'files'
    $values[' chat --system'] = 'files'
    $values[' chat -a'] = 'files'
    $values[' chat --attach'] = 'files'
    $values[' chat -t'] = ''
    $values[' chat --temperature'] = ''
    $values[' chat --top-p'] = ''
    $values[' chat --max-tokens'] = ''
    $values[' chat --seed'] = ''
    $values[' chat --stop'] = ''
    $values[' chat --reasoning'] = 'none minimal low medium high xhigh max'
    $values[' chat --schema'] = 'files'
    $values[' chat --tools'] = 'files'
    $values[' chat --max-rounds'] = ''
    $values[' chat -P'] = ''
    $values[' chat --param'] = ''
    $values[' chat -H'] = ''
    $values[' chat --header'] = ''
    $values[' chat -o'] = 'files'
    $values[' chat --output'] = 'files'
    $values[' chat --conversation'] = 'known conversation'
    $values[' chat --expect'] = ''
    $values[' chat --expect-regex'] = ''
    $values[' chat -p'] = 'known profile'
    $values[' chat --profile'] = 'known profile'
    $values[' chat --format'] = 'text markdown json jsonl'
    $values[' chat --color'] = 'auto always never'
    $values[' chat --connect-timeout'] = ''
    $values[' chat --first-byte-timeout'] = ''
    $values[' chat --idle-timeout'] = ''
    $values[' chat --timeout'] = ''
    $values[' chat --retries'] = ''
    $commands[' config'] = @('init	Make a profile: asks on a terminal, takes options in scripts, then tries it.', 'get	Print the value of one setting; keys are masked, an unset one is an empty line.', 'set	Give a setting a value in a profile, which is made if need be.', 'unset	Take a setting out of a profile, so that its default holds again.', 'list	List all settings of a profile with their values; keys are masked.', 'profiles	List the profiles; the current one is marked.', 'use	Make a profile the default one.', 'remove	Take a profile away, with the key it holds.', 'edit	Edit the configuration in $VISUAL or $EDITOR; it is checked before it is kept.', 'path	Print where the configuration file is, or would be.', 'doctor	Find out what is wrong, layer by layer, and how to mend it; exit 9 when something is.')
    $options[' config'] = @('-p	Profile to use; `sandbox` is built in.', '--profile	Profile to use; `sandbox` is built in.', '--format	How to write the result: `yourouter help formats`.', '--json	Short for --format json.', '-q	Nothing on standard error but errors.', '--quiet	Nothing on standard error but errors.', '--debug	Show requests, responses and tracebacks.', '--color	When to use colour.', '--no-input	Never ask anything.', '--help	Show this message and leave.')
    $values[' config -p'] = 'known profile'
    $values[' config --profile'] = 'known profile'
    $values[' config --format'] = 'text json'
    $values[' config --color'] = 'auto always never'
    $options[' config init'] = @('--base-url	Where the gateway is.', '-m	The model that answers.', '--model	The model that answers.', '--fallback	Model to ask next; repeatable.', '--vendor	Pin one vendor, or `auto`.', '--api-key-env	Variable that holds the key.', '--no-check	Do not ask the model for a sign of life.', '-p	Profile to use; `sandbox` is built in.', '--profile	Profile to use; `sandbox` is built in.', '--format	How to write the result: `yourouter help formats`.', '--json	Short for --format json.', '-q	Nothing on standard error but errors.', '--quiet	Nothing on standard error but errors.', '--debug	Show requests, responses and tracebacks.', '--color	When to use colour.', '--no-input	Never ask anything.', '--connect-timeout	Give up connecting after this long.', '--first-byte-timeout	Give up waiting for an answer.', '--idle-timeout	Give up when nothing more comes for so long.', '--timeout	Give up on the whole command after this long.', '--retries	Further attempts after the first.', '--help	Show this message and leave.')
    $values[' config init --base-url'] = ''
    $values[' config init -m'] = 'known model'
    $values[' config init --model'] = 'known model'
    $values[' config init --fallback'] = 'known model'
    $values[' config init --vendor'] = 'auto anthropic aws azure deepseek google mistral openai volcengine x'
    $values[' config init --api-key-env'] = ''
    $values[' config init -p'] = 'known profile'
    $values[' config init --profile'] = 'known profile'
    $values[' config init --format'] = 'text json'
    $values[' config init --color'] = 'auto always never'
    $values[' config init --connect-timeout'] = ''
    $values[' config init --first-byte-timeout'] = ''
    $values[' config init --idle-timeout'] = ''
    $values[' config init --timeout'] = ''
    $values[' config init --retries'] = ''
    $options[' config get'] = @('--origin	Also say where each value is from.', '-p	Profile to use; `sandbox` is built in.', '--profile	Profile to use; `sandbox` is built in.', '--format	How to write the result: `yourouter help formats`.', '--json	Short for --format json.', '-q	Nothing on standard error but errors.', '--quiet	Nothing on standard error but errors.', '--debug	Show requests, responses and tracebacks.', '--color	When to use colour.', '--no-input	Never ask anything.', '--help	Show this message and leave.')
    $values[' config get -p'] = 'known profile'
    $values[' config get --profile'] = 'known profile'
    $values[' config get --format'] = 'text json'
    $values[' config get --color'] = 'auto always never'
    $arguments[' config get 0'] = 'base_url api_key api_key_env api_key_command api_key_file api_key_keyring model fallback_models vendor dialect embedding_model video_model system headers params connect_timeout first_byte_timeout idle_timeout timeout retries save_history allow_insecure_http video_base_url'
    $options[' config set'] = @('-p	Profile to use; `sandbox` is built in.', '--profile	Profile to use; `sandbox` is built in.', '--format	How to write the result: `yourouter help formats`.', '--json	Short for --format json.', '-q	Nothing on standard error but errors.', '--quiet	Nothing on standard error but errors.', '--debug	Show requests, responses and tracebacks.', '--color	When to use colour.', '--no-input	Never ask anything.', '--help	Show this message and leave.')
    $values[' config set -p'] = 'known profile'
    $values[' config set --profile'] = 'known profile'
    $values[' config set --format'] = 'text json'
    $values[' config set --color'] = 'auto always never'
    $arguments[' config set 0'] = 'base_url api_key api_key_env api_key_command api_key_file api_key_keyring model fallback_models vendor dialect embedding_model video_model system headers params connect_timeout first_byte_timeout idle_timeout timeout retries save_history allow_insecure_http video_base_url'
    $arguments[' config set +'] = 'known value'
    $options[' config unset'] = @('-p	Profile to use; `sandbox` is built in.', '--profile	Profile to use; `sandbox` is built in.', '--format	How to write the result: `yourouter help formats`.', '--json	Short for --format json.', '-q	Nothing on standard error but errors.', '--quiet	Nothing on standard error but errors.', '--debug	Show requests, responses and tracebacks.', '--color	When to use colour.', '--no-input	Never ask anything.', '--help	Show this message and leave.')
    $values[' config unset -p'] = 'known profile'
    $values[' config unset --profile'] = 'known profile'
    $values[' config unset --format'] = 'text json'
    $values[' config unset --color'] = 'auto always never'
    $arguments[' config unset 0'] = 'base_url api_key api_key_env api_key_command api_key_file api_key_keyring model fallback_models vendor dialect embedding_model video_model system headers params connect_timeout first_byte_timeout idle_timeout timeout retries save_history allow_insecure_http video_base_url'
    $options[' config list'] = @('--origin	Also say where each value is from.', '-p	Profile to use; `sandbox` is built in.', '--profile	Profile to use; `sandbox` is built in.', '--format	How to write the result: `yourouter help formats`.', '--json	Short for --format json.', '-q	Nothing on standard error but errors.', '--quiet	Nothing on standard error but errors.', '--debug	Show requests, responses and tracebacks.', '--color	When to use colour.', '--no-input	Never ask anything.', '--help	Show this message and leave.')
    $values[' config list -p'] = 'known profile'
    $values[' config list --profile'] = 'known profile'
    $values[' config list --format'] = 'text json'
    $values[' config list --color'] = 'auto always never'
    $options[' config profiles'] = @('-p	Profile to use; `sandbox` is built in.', '--profile	Profile to use; `sandbox` is built in.', '--format	How to write the result: `yourouter help formats`.', '--json	Short for --format json.', '-q	Nothing on standard error but errors.', '--quiet	Nothing on standard error but errors.', '--debug	Show requests, responses and tracebacks.', '--color	When to use colour.', '--no-input	Never ask anything.', '--help	Show this message and leave.')
    $values[' config profiles -p'] = 'known profile'
    $values[' config profiles --profile'] = 'known profile'
    $values[' config profiles --format'] = 'text json'
    $values[' config profiles --color'] = 'auto always never'
    $options[' config use'] = @('-p	Profile to use; `sandbox` is built in.', '--profile	Profile to use; `sandbox` is built in.', '--format	How to write the result: `yourouter help formats`.', '--json	Short for --format json.', '-q	Nothing on standard error but errors.', '--quiet	Nothing on standard error but errors.', '--debug	Show requests, responses and tracebacks.', '--color	When to use colour.', '--no-input	Never ask anything.', '--help	Show this message and leave.')
    $values[' config use -p'] = 'known profile'
    $values[' config use --profile'] = 'known profile'
    $values[' config use --format'] = 'text json'
    $values[' config use --color'] = 'auto always never'
    $arguments[' config use 0'] = 'known profile'
    $options[' config remove'] = @('-p	Profile to use; `sandbox` is built in.', '--profile	Profile to use; `sandbox` is built in.', '--format	How to write the result: `yourouter help formats`.', '--json	Short for --format json.', '-q	Nothing on standard error but errors.', '--quiet	Nothing on standard error but errors.', '--debug	Show requests, responses and tracebacks.', '--color	When to use colour.', '--no-input	Never ask anything.', '--help	Show this message and leave.')
    $values[' config remove -p'] = 'known profile'
    $values[' config remove --profile'] = 'known profile'
    $values[' config remove --format'] = 'text json'
    $values[' config remove --color'] = 'auto always never'
    $arguments[' config remove 0'] = 'known profile'
    $options[' config edit'] = @('-p	Profile to use; `sandbox` is built in.', '--profile	Profile to use; `sandbox` is built in.', '--format	How to write the result: `yourouter help formats`.', '--json	Short for --format json.', '-q	Nothing on standard error but errors.', '--quiet	Nothing on standard error but errors.', '--debug	Show requests, responses and tracebacks.', '--color	When to use colour.', '--no-input	Never ask anything.', '--help	Show this message and leave.')
    $values[' config edit -p'] = 'known profile'
    $values[' config edit --profile'] = 'known profile'
    $values[' config edit --format'] = 'text json'
    $values[' config edit --color'] = 'auto always never'
    $options[' config path'] = @('-p	Profile to use; `sandbox` is built in.', '--profile	Profile to use; `sandbox` is built in.', '--format	How to write the result: `yourouter help formats`.', '--json	Short for --format json.', '-q	Nothing on standard error but errors.', '--quiet	Nothing on standard error but errors.', '--debug	Show requests, responses and tracebacks.', '--color	When to use colour.', '--no-input	Never ask anything.', '--help	Show this message and leave.')
    $values[' config path -p'] = 'known profile'
    $values[' config path --profile'] = 'known profile'
    $values[' config path --format'] = 'text json'
    $values[' config path --color'] = 'auto always never'
    $options[' config doctor'] = @('--offline	Look only at what is on this machine.', '--junit	Also a report as JUnit XML.', '-p	Profile to use; `sandbox` is built in.', '--profile	Profile to use; `sandbox` is built in.', '--format	How to write the result: `yourouter help formats`.', '--json	Short for --format json.', '-q	Nothing on standard error but errors.', '--quiet	Nothing on standard error but errors.', '--debug	Show requests, responses and tracebacks.', '--color	When to use colour.', '--no-input	Never ask anything.', '--connect-timeout	Give up connecting after this long.', '--first-byte-timeout	Give up waiting for an answer.', '--idle-timeout	Give up when nothing more comes for so long.', '--timeout	Give up on the whole command after this long.', '--retries	Further attempts after the first.', '--help	Show this message and leave.')
    $values[' config doctor --junit'] = 'files'
    $values[' config doctor -p'] = 'known profile'
    $values[' config doctor --profile'] = 'known profile'
    $values[' config doctor --format'] = 'text json'
    $values[' config doctor --color'] = 'auto always never'
    $values[' config doctor --connect-timeout'] = ''
    $values[' config doctor --first-byte-timeout'] = ''
    $values[' config doctor --idle-timeout'] = ''
    $values[' config doctor --timeout'] = ''
    $values[' config doctor --retries'] = ''
    $commands[' history'] = @('list	List conversations, last used first; with -p only those of that profile.', 'show	Show a conversation from beginning to end.', 'search	Find conversations by words of questions and answers, the newest match first.', 'export	Write a conversation to standard output, as Markdown unless --format says otherwise.', 'import	Take in what was exported; prints the ids. Conversations that are there already stay.', 'delete	Delete conversations for good; asks first.', 'path	Print where the database is, or would be.')
    $options[' history'] = @('-p	Profile to use; `sandbox` is built in.', '--profile	Profile to use; `sandbox` is built in.', '--format	How to write the result: `yourouter help formats`.', '--json	Short for --format json.', '-q	Nothing on standard error but errors.', '--quiet	Nothing on standard error but errors.', '--debug	Show requests, responses and tracebacks.', '--color	When to use colour.', '--no-input	Never ask anything.', '--help	Show this message and leave.')
    $values[' history -p'] = 'known profile'
    $values[' history --profile'] = 'known profile'
    $values[' history --format'] = 'text json'
    $values[' history --color'] = 'auto always never'
    $options[' history list'] = @('--limit	At most so many; 0: all.', '-p	Profile to use; `sandbox` is built in.', '--profile	Profile to use; `sandbox` is built in.', '--format	How to write the result: `yourouter help formats`.', '--json	Short for --format json.', '-q	Nothing on standard error but errors.', '--quiet	Nothing on standard error but errors.', '--debug	Show requests, responses and tracebacks.', '--color	When to use colour.', '--no-input	Never ask anything.', '--help	Show this message and leave.')
    $values[' history list --limit'] = ''
    $values[' history list -p'] = 'known profile'
    $values[' history list --profile'] = 'known profile'
    $values[' history list --format'] = 'text json'
    $values[' history list --color'] = 'auto always never'
    $options[' history show'] = @('-p	Profile to use; `sandbox` is built in.', '--profile	Profile to use; `sandbox` is built in.', '--format	How to write the result: `yourouter help formats`.', '--json	Short for --format json.', '-q	Nothing on standard error but errors.', '--quiet	Nothing on standard error but errors.', '--debug	Show requests, responses and tracebacks.', '--color	When to use colour.', '--no-input	Never ask anything.', '--help	Show this message and leave.')
    $values[' history show -p'] = 'known profile'
    $values[' history show --profile'] = 'known profile'
    $values[' history show --format'] = 'text json'
    $values[' history show --color'] = 'auto always never'
    $arguments[' history show 0'] = 'known conversation'
    $options[' history search'] = @('--limit	At most so many; 0: all.', '-p	Profile to use; `sandbox` is built in.', '--profile	Profile to use; `sandbox` is built in.', '--format	How to write the result: `yourouter help formats`.', '--json	Short for --format json.', '-q	Nothing on standard error but errors.', '--quiet	Nothing on standard error but errors.', '--debug	Show requests, responses and tracebacks.', '--color	When to use colour.', '--no-input	Never ask anything.', '--help	Show this message and leave.')
    $values[' history search --limit'] = ''
    $values[' history search -p'] = 'known profile'
    $values[' history search --profile'] = 'known profile'
    $values[' history search --format'] = 'text json'
    $values[' history search --color'] = 'auto always never'
    $options[' history export'] = @('-p	Profile to use; `sandbox` is built in.', '--profile	Profile to use; `sandbox` is built in.', '--format	How to write the result: `yourouter help formats`.', '--json	Short for --format json.', '-q	Nothing on standard error but errors.', '--quiet	Nothing on standard error but errors.', '--debug	Show requests, responses and tracebacks.', '--color	When to use colour.', '--no-input	Never ask anything.', '--help	Show this message and leave.')
    $values[' history export -p'] = 'known profile'
    $values[' history export --profile'] = 'known profile'
    $values[' history export --format'] = 'markdown json jsonl'
    $values[' history export --color'] = 'auto always never'
    $arguments[' history export 0'] = 'known conversation'
    $options[' history import'] = @('-p	Profile to use; `sandbox` is built in.', '--profile	Profile to use; `sandbox` is built in.', '--format	How to write the result: `yourouter help formats`.', '--json	Short for --format json.', '-q	Nothing on standard error but errors.', '--quiet	Nothing on standard error but errors.', '--debug	Show requests, responses and tracebacks.', '--color	When to use colour.', '--no-input	Never ask anything.', '--help	Show this message and leave.')
    $values[' history import -p'] = 'known profile'
    $values[' history import --profile'] = 'known profile'
    $values[' history import --format'] = 'text json'
    $values[' history import --color'] = 'auto always never'
    $arguments[' history import 0'] = 'files'
    $options[' history delete'] = @('--older-than	Those not used since: 12h, 30d, 8w.', '--yes	Do not ask for confirmation.', '-p	Profile to use; `sandbox` is built in.', '--profile	Profile to use; `sandbox` is built in.', '--format	How to write the result: `yourouter help formats`.', '--json	Short for --format json.', '-q	Nothing on standard error but errors.', '--quiet	Nothing on standard error but errors.', '--debug	Show requests, responses and tracebacks.', '--color	When to use colour.', '--no-input	Never ask anything.', '--help	Show this message and leave.')
    $values[' history delete --older-than'] = ''
    $values[' history delete -p'] = 'known profile'
    $values[' history delete --profile'] = 'known profile'
    $values[' history delete --format'] = 'text json'
    $values[' history delete --color'] = 'auto always never'
    $arguments[' history delete +'] = 'known conversation'
    $options[' history path'] = @('-p	Profile to use; `sandbox` is built in.', '--profile	Profile to use; `sandbox` is built in.', '--format	How to write the result: `yourouter help formats`.', '--json	Short for --format json.', '-q	Nothing on standard error but errors.', '--quiet	Nothing on standard error but errors.', '--debug	Show requests, responses and tracebacks.', '--color	When to use colour.', '--no-input	Never ask anything.', '--help	Show this message and leave.')
    $values[' history path -p'] = 'known profile'
    $values[' history path --profile'] = 'known profile'
    $values[' history path --format'] = 'text json'
    $values[' history path --color'] = 'auto always never'
    $options[' embed'] = @('-i	.txt (lines), .jsonl, .csv or .parquet, or a pattern; repeatable.', '--input	.txt (lines), .jsonl, .csv or .parquet, or a pattern; repeatable.', '--field	Where a record has its text; `text` by default.', '--id-field	Where a record has its id; `id` by default.', '-o	.jsonl, .npy or .parquet; else JSON lines.', '--output	.jsonl, .npy or .parquet; else JSON lines.', '--dtype	How exact the numbers are.', '--keep-text	Keep each text beside its vector.', '--force	Overwrite a finished output.', '--resume	Go on after a stop; what is done is not sent again.', '--errors	List the rows without a vector, with why.', '-m	The model to ask.', '--model	The model to ask.', '--dimensions	Numbers a vector.', '--vendor	Pin one vendor; `auto` lets the gateway choose.', '-P	Any body field; VALUE is JSON when it parses.', '--param	Any body field; VALUE is JSON when it parses.', '-H	Any header to send along.', '--header	Any header to send along.', '--batch-size	Texts in a request.', '--concurrency	Requests at a time.', '--nearest	List the rows of FILE closest to the text.', '--top	How many of them; 10 by default.', '--dry-run	Count rows, requests and tokens; send nothing.', '-p	Profile to use; `sandbox` is built in.', '--profile	Profile to use; `sandbox` is built in.', '--format	How to write the result: `yourouter help formats`.', '--json	Short for --format json.', '-q	Nothing on standard error but errors.', '--quiet	Nothing on standard error but errors.', '--debug	Show requests, responses and tracebacks.', '--color	When to use colour.', '--no-input	Never ask anything.', '--connect-timeout	Give up connecting after this long.', '--first-byte-timeout	Give up waiting for an answer.', '--idle-timeout	Give up when nothing more comes for so long.', '--timeout	Give up on the whole command after this long.', '--retries	Further attempts after the first.', '--help	Show this message and leave.')
    $values[' embed -i'] = 'files'
    $values[' embed --input'] = 'files'
    $values[' embed --field'] = ''
    $values[' embed --id-field'] = ''
    $values[' embed -o'] = 'files'
    $values[' embed --output'] = 'files'
    $values[' embed --dtype'] = 'float32 float16'
    $values[' embed --errors'] = 'files'
    $values[' embed -m'] = 'known model'
    $values[' embed --model'] = 'known model'
    $values[' embed --dimensions'] = ''
    $values[' embed --vendor'] = 'auto anthropic aws azure deepseek google mistral openai volcengine x'
    $values[' embed -P'] = ''
    $values[' embed --param'] = ''
    $values[' embed -H'] = ''
    $values[' embed --header'] = ''
    $values[' embed --batch-size'] = ''
    $values[' embed --concurrency'] = ''
    $values[' embed --nearest'] = 'files'
    $values[' embed --top'] = ''
    $values[' embed -p'] = 'known profile'
    $values[' embed --profile'] = 'known profile'
    $values[' embed --format'] = 'json jsonl'
    $values[' embed --color'] = 'auto always never'
    $values[' embed --connect-timeout'] = ''
    $values[' embed --first-byte-timeout'] = ''
    $values[' embed --idle-timeout'] = ''
    $values[' embed --timeout'] = ''
    $values[' embed --retries'] = ''
    $commands[' video'] = @('create	Order a video and print the id of the task.', 'wait	Wait for the end of tasks; Ctrl-C stops waiting, not the tasks.', 'get	Show a task as it is now.', 'list	List the tasks made here, as they were last seen; with -p only those of one profile.', 'cancel	Take a task out of the queue; one that is running cannot be stopped.', 'delete	Remove the record of a task, here and at the gateway; its video is gone then.', 'download	Save the video of a task that has succeeded, going on where a download broke off.')
    $options[' video'] = @('-p	Profile to use; `sandbox` is built in.', '--profile	Profile to use; `sandbox` is built in.', '--format	How to write the result: `yourouter help formats`.', '--json	Short for --format json.', '-q	Nothing on standard error but errors.', '--quiet	Nothing on standard error but errors.', '--debug	Show requests, responses and tracebacks.', '--color	When to use colour.', '--no-input	Never ask anything.', '--help	Show this message and leave.')
    $values[' video -p'] = 'known profile'
    $values[' video --profile'] = 'known profile'
    $values[' video --format'] = 'text json'
    $values[' video --color'] = 'auto always never'
    $options[' video create'] = @('-a	The first frame.', '--image	The first frame.', '--last-frame	The last frame; needs the first.', '--reference	What it is to be like; repeatable.', '--resolution	How sharp.', '--ratio	Width to height.', '--duration	How long; -1 lets the model decide.', '--frames	Instead: how many frames, 25+4n.', '--seed	For the same again; -1 is any.', '--camera-fixed	Whether it stands still.', '--no-camera-fixed	Whether it stands still.', '--watermark	Whether there is a mark.', '--no-watermark	Whether there is a mark.', '--audio	Whether there is sound.', '--no-audio	Whether there is sound.', '-m	The model to ask.', '--model	The model to ask.', '--vendor	Pin one vendor; `auto` lets the gateway choose.', '--service-tier	flex is slower and cheaper.', '--callback-url	Told of every change by the gateway.', '-P	Any body field; VALUE is JSON when it parses.', '--param	Any body field; VALUE is JSON when it parses.', '-H	Any header to send along.', '--header	Any header to send along.', '--no-stdin	Ignore standard input.', '--wait	Wait for the end.', '-o	Wait, and save the video in FILE.', '--output	Wait, and save the video in FILE.', '--force	Replace FILE if it exists.', '--return-last-frame	The last frame too, as a picture beside FILE.', '--poll	Ask so often how it is, 1 at least.', '--show-url	Show links whole; who has one can fetch the file.', '-p	Profile to use; `sandbox` is built in.', '--profile	Profile to use; `sandbox` is built in.', '--format	How to write the result: `yourouter help formats`.', '--json	Short for --format json.', '-q	Nothing on standard error but errors.', '--quiet	Nothing on standard error but errors.', '--debug	Show requests, responses and tracebacks.', '--color	When to use colour.', '--no-input	Never ask anything.', '--connect-timeout	Give up connecting after this long.', '--first-byte-timeout	Give up waiting for an answer.', '--idle-timeout	Give up when nothing more comes for so long.', '--timeout	Give up on the whole command after this long.', '--retries	Further attempts after the first.', '--help	Show this message and leave.')
    $values[' video create -a'] = 'files'
    $values[' video create --image'] = 'files'
    $values[' video create --last-frame'] = 'files'
    $values[' video create --reference'] = 'files'
    $values[' video create --resolution'] = '480p 720p 1080p 4k'
    $values[' video create --ratio'] = '16:9 9:16 adaptive'
    $values[' video create --duration'] = ''
    $values[' video create --frames'] = ''
    $values[' video create --seed'] = ''
    $values[' video create -m'] = 'known model'
    $values[' video create --model'] = 'known model'
    $values[' video create --vendor'] = 'auto anthropic aws azure deepseek google mistral openai volcengine x'
    $values[' video create --service-tier'] = 'default flex'
    $values[' video create --callback-url'] = ''
    $values[' video create -P'] = ''
    $values[' video create --param'] = ''
    $values[' video create -H'] = ''
    $values[' video create --header'] = ''
    $values[' video create -o'] = 'files'
    $values[' video create --output'] = 'files'
    $values[' video create --poll'] = ''
    $values[' video create -p'] = 'known profile'
    $values[' video create --profile'] = 'known profile'
    $values[' video create --format'] = 'text json jsonl'
    $values[' video create --color'] = 'auto always never'
    $values[' video create --connect-timeout'] = ''
    $values[' video create --first-byte-timeout'] = ''
    $values[' video create --idle-timeout'] = ''
    $values[' video create --timeout'] = ''
    $values[' video create --retries'] = ''
    $options[' video wait'] = @('--poll	Ask so often how it is, 1 at least.', '--show-url	Show links whole; who has one can fetch the file.', '-p	Profile to use; `sandbox` is built in.', '--profile	Profile to use; `sandbox` is built in.', '--format	How to write the result: `yourouter help formats`.', '--json	Short for --format json.', '-q	Nothing on standard error but errors.', '--quiet	Nothing on standard error but errors.', '--debug	Show requests, responses and tracebacks.', '--color	When to use colour.', '--no-input	Never ask anything.', '--connect-timeout	Give up connecting after this long.', '--first-byte-timeout	Give up waiting for an answer.', '--idle-timeout	Give up when nothing more comes for so long.', '--timeout	Give up on the whole command after this long.', '--retries	Further attempts after the first.', '--help	Show this message and leave.')
    $values[' video wait --poll'] = ''
    $values[' video wait -p'] = 'known profile'
    $values[' video wait --profile'] = 'known profile'
    $values[' video wait --format'] = 'text json jsonl'
    $values[' video wait --color'] = 'auto always never'
    $values[' video wait --connect-timeout'] = ''
    $values[' video wait --first-byte-timeout'] = ''
    $values[' video wait --idle-timeout'] = ''
    $values[' video wait --timeout'] = ''
    $values[' video wait --retries'] = ''
    $arguments[' video wait +'] = 'known task'
    $options[' video get'] = @('--show-url	Show links whole; who has one can fetch the file.', '-p	Profile to use; `sandbox` is built in.', '--profile	Profile to use; `sandbox` is built in.', '--format	How to write the result: `yourouter help formats`.', '--json	Short for --format json.', '-q	Nothing on standard error but errors.', '--quiet	Nothing on standard error but errors.', '--debug	Show requests, responses and tracebacks.', '--color	When to use colour.', '--no-input	Never ask anything.', '--connect-timeout	Give up connecting after this long.', '--first-byte-timeout	Give up waiting for an answer.', '--idle-timeout	Give up when nothing more comes for so long.', '--timeout	Give up on the whole command after this long.', '--retries	Further attempts after the first.', '--help	Show this message and leave.')
    $values[' video get -p'] = 'known profile'
    $values[' video get --profile'] = 'known profile'
    $values[' video get --format'] = 'text json jsonl'
    $values[' video get --color'] = 'auto always never'
    $values[' video get --connect-timeout'] = ''
    $values[' video get --first-byte-timeout'] = ''
    $values[' video get --idle-timeout'] = ''
    $values[' video get --timeout'] = ''
    $values[' video get --retries'] = ''
    $arguments[' video get 0'] = 'known task'
    $options[' video list'] = @('--remote	Ask the gateway as well.', '--status	Only these; repeatable.', '--show-url	Show links whole; who has one can fetch the file.', '-p	Profile to use; `sandbox` is built in.', '--profile	Profile to use; `sandbox` is built in.', '--format	How to write the result: `yourouter help formats`.', '--json	Short for --format json.', '-q	Nothing on standard error but errors.', '--quiet	Nothing on standard error but errors.', '--debug	Show requests, responses and tracebacks.', '--color	When to use colour.', '--no-input	Never ask anything.', '--connect-timeout	Give up connecting after this long.', '--first-byte-timeout	Give up waiting for an answer.', '--idle-timeout	Give up when nothing more comes for so long.', '--timeout	Give up on the whole command after this long.', '--retries	Further attempts after the first.', '--help	Show this message and leave.')
    $values[' video list --status'] = 'queued running succeeded failed cancelled expired unknown'
    $values[' video list -p'] = 'known profile'
    $values[' video list --profile'] = 'known profile'
    $values[' video list --format'] = 'text json jsonl'
    $values[' video list --color'] = 'auto always never'
    $values[' video list --connect-timeout'] = ''
    $values[' video list --first-byte-timeout'] = ''
    $values[' video list --idle-timeout'] = ''
    $values[' video list --timeout'] = ''
    $values[' video list --retries'] = ''
    $options[' video cancel'] = @('-p	Profile to use; `sandbox` is built in.', '--profile	Profile to use; `sandbox` is built in.', '--format	How to write the result: `yourouter help formats`.', '--json	Short for --format json.', '-q	Nothing on standard error but errors.', '--quiet	Nothing on standard error but errors.', '--debug	Show requests, responses and tracebacks.', '--color	When to use colour.', '--no-input	Never ask anything.', '--connect-timeout	Give up connecting after this long.', '--first-byte-timeout	Give up waiting for an answer.', '--idle-timeout	Give up when nothing more comes for so long.', '--timeout	Give up on the whole command after this long.', '--retries	Further attempts after the first.', '--help	Show this message and leave.')
    $values[' video cancel -p'] = 'known profile'
    $values[' video cancel --profile'] = 'known profile'
    $values[' video cancel --format'] = 'text json'
    $values[' video cancel --color'] = 'auto always never'
    $values[' video cancel --connect-timeout'] = ''
    $values[' video cancel --first-byte-timeout'] = ''
    $values[' video cancel --idle-timeout'] = ''
    $values[' video cancel --timeout'] = ''
    $values[' video cancel --retries'] = ''
    $arguments[' video cancel 0'] = 'known task'
    $options[' video delete'] = @('--yes	Do not ask for confirmation.', '-p	Profile to use; `sandbox` is built in.', '--profile	Profile to use; `sandbox` is built in.', '--format	How to write the result: `yourouter help formats`.', '--json	Short for --format json.', '-q	Nothing on standard error but errors.', '--quiet	Nothing on standard error but errors.', '--debug	Show requests, responses and tracebacks.', '--color	When to use colour.', '--no-input	Never ask anything.', '--connect-timeout	Give up connecting after this long.', '--first-byte-timeout	Give up waiting for an answer.', '--idle-timeout	Give up when nothing more comes for so long.', '--timeout	Give up on the whole command after this long.', '--retries	Further attempts after the first.', '--help	Show this message and leave.')
    $values[' video delete -p'] = 'known profile'
    $values[' video delete --profile'] = 'known profile'
    $values[' video delete --format'] = 'text json'
    $values[' video delete --color'] = 'auto always never'
    $values[' video delete --connect-timeout'] = ''
    $values[' video delete --first-byte-timeout'] = ''
    $values[' video delete --idle-timeout'] = ''
    $values[' video delete --timeout'] = ''
    $values[' video delete --retries'] = ''
    $arguments[' video delete 0'] = 'known task'
    $options[' video download'] = @('-o	Where to; ID.mp4 here if not given.', '--output	Where to; ID.mp4 here if not given.', '--force	Replace FILE if it exists.', '--return-last-frame	The last frame too, as a picture beside FILE.', '-p	Profile to use; `sandbox` is built in.', '--profile	Profile to use; `sandbox` is built in.', '--format	How to write the result: `yourouter help formats`.', '--json	Short for --format json.', '-q	Nothing on standard error but errors.', '--quiet	Nothing on standard error but errors.', '--debug	Show requests, responses and tracebacks.', '--color	When to use colour.', '--no-input	Never ask anything.', '--connect-timeout	Give up connecting after this long.', '--first-byte-timeout	Give up waiting for an answer.', '--idle-timeout	Give up when nothing more comes for so long.', '--timeout	Give up on the whole command after this long.', '--retries	Further attempts after the first.', '--help	Show this message and leave.')
    $values[' video download -o'] = 'files'
    $values[' video download --output'] = 'files'
    $values[' video download -p'] = 'known profile'
    $values[' video download --profile'] = 'known profile'
    $values[' video download --format'] = 'text json'
    $values[' video download --color'] = 'auto always never'
    $values[' video download --connect-timeout'] = ''
    $values[' video download --first-byte-timeout'] = ''
    $values[' video download --idle-timeout'] = ''
    $values[' video download --timeout'] = ''
    $values[' video download --retries'] = ''
    $arguments[' video download 0'] = 'known task'
    $commands[' models'] = @('list	List the models that the gateway offers.', 'show	Show what is known about one model.', 'use	Make a model the profile''s: for chat, embeddings or videos, by what it makes.', 'check	Ask models for a sign of life, many at once; exit 9 when one fails.')
    $options[' models'] = @('-p	Profile to use; `sandbox` is built in.', '--profile	Profile to use; `sandbox` is built in.', '--format	How to write the result: `yourouter help formats`.', '--json	Short for --format json.', '-q	Nothing on standard error but errors.', '--quiet	Nothing on standard error but errors.', '--debug	Show requests, responses and tracebacks.', '--color	When to use colour.', '--no-input	Never ask anything.', '--help	Show this message and leave.')
    $values[' models -p'] = 'known profile'
    $values[' models --profile'] = 'known profile'
    $values[' models --format'] = 'text json'
    $values[' models --color'] = 'auto always never'
    $options[' models list'] = @('--family	Only one family, such as `claude`.', '--search	Only ids with TEXT in them.', '--refresh	Ask the gateway, also when a list is kept.', '--live	Only what the gateway lists now, or only what is built in.', '--catalog	Only what the gateway lists now, or only what is built in.', '-p	Profile to use; `sandbox` is built in.', '--profile	Profile to use; `sandbox` is built in.', '--format	How to write the result: `yourouter help formats`.', '--json	Short for --format json.', '-q	Nothing on standard error but errors.', '--quiet	Nothing on standard error but errors.', '--debug	Show requests, responses and tracebacks.', '--color	When to use colour.', '--no-input	Never ask anything.', '--connect-timeout	Give up connecting after this long.', '--first-byte-timeout	Give up waiting for an answer.', '--idle-timeout	Give up when nothing more comes for so long.', '--timeout	Give up on the whole command after this long.', '--retries	Further attempts after the first.', '--help	Show this message and leave.')
    $values[' models list --family'] = ''
    $values[' models list --search'] = ''
    $values[' models list -p'] = 'known profile'
    $values[' models list --profile'] = 'known profile'
    $values[' models list --format'] = 'text json'
    $values[' models list --color'] = 'auto always never'
    $values[' models list --connect-timeout'] = ''
    $values[' models list --first-byte-timeout'] = ''
    $values[' models list --idle-timeout'] = ''
    $values[' models list --timeout'] = ''
    $values[' models list --retries'] = ''
    $options[' models show'] = @('-p	Profile to use; `sandbox` is built in.', '--profile	Profile to use; `sandbox` is built in.', '--format	How to write the result: `yourouter help formats`.', '--json	Short for --format json.', '-q	Nothing on standard error but errors.', '--quiet	Nothing on standard error but errors.', '--debug	Show requests, responses and tracebacks.', '--color	When to use colour.', '--no-input	Never ask anything.', '--connect-timeout	Give up connecting after this long.', '--first-byte-timeout	Give up waiting for an answer.', '--idle-timeout	Give up when nothing more comes for so long.', '--timeout	Give up on the whole command after this long.', '--retries	Further attempts after the first.', '--help	Show this message and leave.')
    $values[' models show -p'] = 'known profile'
    $values[' models show --profile'] = 'known profile'
    $values[' models show --format'] = 'text json'
    $values[' models show --color'] = 'auto always never'
    $values[' models show --connect-timeout'] = ''
    $values[' models show --first-byte-timeout'] = ''
    $values[' models show --idle-timeout'] = ''
    $values[' models show --timeout'] = ''
    $values[' models show --retries'] = ''
    $arguments[' models show 0'] = 'known model'
    $options[' models use'] = @('--fallback	Model to ask next; repeatable.', '--force	Also an id that nobody lists.', '-p	Profile to use; `sandbox` is built in.', '--profile	Profile to use; `sandbox` is built in.', '--format	How to write the result: `yourouter help formats`.', '--json	Short for --format json.', '-q	Nothing on standard error but errors.', '--quiet	Nothing on standard error but errors.', '--debug	Show requests, responses and tracebacks.', '--color	When to use colour.', '--no-input	Never ask anything.', '--connect-timeout	Give up connecting after this long.', '--first-byte-timeout	Give up waiting for an answer.', '--idle-timeout	Give up when nothing more comes for so long.', '--timeout	Give up on the whole command after this long.', '--retries	Further attempts after the first.', '--help	Show this message and leave.')
    $values[' models use --fallback'] = 'known model'
    $values[' models use -p'] = 'known profile'
    $values[' models use --profile'] = 'known profile'
    $values[' models use --format'] = 'text json'
    $values[' models use --color'] = 'auto always never'
    $values[' models use --connect-timeout'] = ''
    $values[' models use --first-byte-timeout'] = ''
    $values[' models use --idle-timeout'] = ''
    $values[' models use --timeout'] = ''
    $values[' models use --retries'] = ''
    $arguments[' models use 0'] = 'known model'
    $options[' models check'] = @('--vendor	Ask each model by this vendor; repeatable.', '--prompt	What to ask instead.', '--expect	What the answer has to be.', '--concurrency	How many at once.', '--repeat	Ask each so many times.', '--cell-timeout	Most for asking once.', '--junit	Also a report as JUnit XML.', '-p	Profile to use; `sandbox` is built in.', '--profile	Profile to use; `sandbox` is built in.', '--format	How to write the result: `yourouter help formats`.', '--json	Short for --format json.', '-q	Nothing on standard error but errors.', '--quiet	Nothing on standard error but errors.', '--debug	Show requests, responses and tracebacks.', '--color	When to use colour.', '--no-input	Never ask anything.', '--connect-timeout	Give up connecting after this long.', '--first-byte-timeout	Give up waiting for an answer.', '--idle-timeout	Give up when nothing more comes for so long.', '--timeout	Give up on the whole command after this long.', '--retries	Further attempts after the first.', '--help	Show this message and leave.')
    $values[' models check --vendor'] = 'auto anthropic aws azure deepseek google mistral openai volcengine x'
    $values[' models check --prompt'] = ''
    $values[' models check --expect'] = ''
    $values[' models check --concurrency'] = ''
    $values[' models check --repeat'] = ''
    $values[' models check --cell-timeout'] = ''
    $values[' models check --junit'] = 'files'
    $values[' models check -p'] = 'known profile'
    $values[' models check --profile'] = 'known profile'
    $values[' models check --format'] = 'text json tap'
    $values[' models check --color'] = 'auto always never'
    $values[' models check --connect-timeout'] = ''
    $values[' models check --first-byte-timeout'] = ''
    $values[' models check --idle-timeout'] = ''
    $values[' models check --timeout'] = ''
    $values[' models check --retries'] = ''
    $arguments[' models check +'] = 'known model'
    $options[' sandbox'] = @('--host	Address to listen on.', '--port	Port; 0 takes a free one.', '--latency	Wait before each answer.', '--log	A JSON line for each request.', '-p	Profile to use; `sandbox` is built in.', '--profile	Profile to use; `sandbox` is built in.', '--format	How to write the result: `yourouter help formats`.', '--json	Short for --format json.', '-q	Nothing on standard error but errors.', '--quiet	Nothing on standard error but errors.', '--debug	Show requests, responses and tracebacks.', '--color	When to use colour.', '--no-input	Never ask anything.', '--help	Show this message and leave.')
    $values[' sandbox --host'] = ''
    $values[' sandbox --port'] = ''
    $values[' sandbox --latency'] = ''
    $values[' sandbox --log'] = 'files'
    $values[' sandbox -p'] = 'known profile'
    $values[' sandbox --profile'] = 'known profile'
    $values[' sandbox --format'] = 'text json'
    $values[' sandbox --color'] = 'auto always never'
    $options[' help'] = @('-p	Profile to use; `sandbox` is built in.', '--profile	Profile to use; `sandbox` is built in.', '--format	How to write the result: `yourouter help formats`.', '--json	Short for --format json.', '-q	Nothing on standard error but errors.', '--quiet	Nothing on standard error but errors.', '--debug	Show requests, responses and tracebacks.', '--color	When to use colour.', '--no-input	Never ask anything.', '--help	Show this message and leave.')
    $values[' help -p'] = 'known profile'
    $values[' help --profile'] = 'known profile'
    $values[' help --format'] = 'text json'
    $values[' help --color'] = 'auto always never'
    $arguments[' help +'] = 'environment exit-codes formats profiles chat config history embed video models sandbox help'

    $words = @()
    foreach ($element in $ast.CommandElements) {
        if ($element.Extent.EndOffset -lt $cursor -or
            ($element.Extent.EndOffset -eq $cursor -and $typed -eq '')) {
            if ($element -is [System.Management.Automation.Language.StringConstantExpressionAst]) {
                $words += $element.Value
            } else {
                $words += $element.Extent.Text
            }
        }
    }

    # Find the command, how many arguments it has so far, and the option that waits for its value.
    $command = ''
    $count = 0
    $pending = ''
    $ended = $false
    foreach ($word in ($words | Select-Object -Skip 1)) {
        if ($pending -ne '') {
            $pending = ''
        } elseif (-not $ended -and $word -ceq '--') {
            $ended = $true
        } elseif (-not $ended -and $word -clike '-?*') {
            # Short options may stand together; the last may take a value.
            $option = $word -creplace '^-[^-]*([^-])$', '-$1'
            if ($values.ContainsKey("$command $option")) {
                $pending = $option
            }
        } elseif (-not $ended -and $options.ContainsKey("$command $word")) {
            $command = "$command $word"
        } else {
            $count += 1
        }
    }

    $head = ''
    $what = ''
    $lines = @()
    if ($pending -ne '') {
        $what = $values["$command $pending"]
    } elseif (-not $ended -and $typed -clike '--*=*') {
        $option, $null = $typed -split '=', 2
        $head = "$option="
        if ($values.ContainsKey("$command $option")) {
            $what = $values["$command $option"]
        }
    } elseif (-not $ended -and $typed -clike '-*') {
        $lines = $options[$command]
    } elseif ($commands.ContainsKey($command)) {
        $lines = $commands[$command]
    } else {
        foreach ($place in "$command $count", "$command +") {
            if ($arguments.ContainsKey($place)) {
                $what = $arguments[$place]
            }
        }
    }
    if ($what -ceq 'files') {
        # Where nothing else is offered, PowerShell offers names of files.
        return
    }
    if ($what -clike 'known *') {
        $kind = $what.Substring(6)
        $lines = & $words[0] __complete $kind '*' @words 2>$null
    } elseif ($what -ne '') {
        $lines = $what -split ' '
    }

    $found = @()
    foreach ($line in $lines) {
        $name, $about = $line -split "`t", 2
        $text = "$head$name"
        if ($text.StartsWith($typed, [System.StringComparison]::Ordinal)) {
            if (-not $about) {
                $about = $name
            }
            $quoted = $text
            if ($text -match '[^-\w./:=+]') {
                $quoted = "'" + ($text -replace "'", "''") + "'"
            }
            $found += [System.Management.Automation.CompletionResult]::new(
                $quoted, $name, 'ParameterValue', $about)
        }
    }
    if ($found.Count -eq 0) {
        # An empty word stands for nothing; without it names of files would be offered.
        return ''
    }
    return $found
}
