namespace Logist.Cli.Completion;

/// <summary>One script per shell. Each asks <c>logist __complete &lt;words…&gt;</c>: the words after the program, the last one being
/// typed.</summary>
internal static class Scripts
{
    private const string Bash = """
        _logist() {
            # Words from the unsplit line: COMP_WORDS breaks at '=' and ':'.
            local line="${COMP_LINE:0:COMP_POINT}" words
            read -ra words <<<"$line"
            [[ $line == *[[:space:]] ]] && words+=("")
            local IFS=$'\n'
            COMPREPLY=($("${words[0]/#\~/$HOME}" __complete "${words[@]:1}" 2>/dev/null))
            [[ ${#COMPREPLY[@]} -eq 0 ]] && compopt -o default 2>/dev/null
        }
        complete -F _logist logist ./logist

        """;

    private const string Zsh = """
        _logist() {
            local -a found
            found=("${(@f)$(${(Q)words[1]} __complete "${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
            if [[ -n ${found[1]} ]]; then compadd -Q -- $found; else _files; fi
        }
        compdef _logist logist ./logist

        """;

    private const string Fish = """
        function __logist_complete
            set -l words (commandline -opc) (commandline -ct)
            $words[1] __complete $words[2..-1] 2>/dev/null
        end
        complete -c logist -a '(__logist_complete)'

        """;

    private const string Pwsh = """
        Register-ArgumentCompleter -Native -CommandName logist -ScriptBlock {
            param($word, $ast, $position)
            $words = @($ast.CommandElements | Where-Object { $_.Extent.EndOffset -le $position } | ForEach-Object { $_.ToString() })
            $arguments = @($words | Select-Object -Skip 1)
            if ($word -eq '') { $arguments += '' }
            & $words[0] __complete @arguments 2>$null | ForEach-Object {
                [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
            }
        }

        """;

    /// <returns>Null for a shell that has none.</returns>
    public static string? For(string shell) => shell switch { "bash" => Bash, "zsh" => Zsh, "fish" => Fish, "pwsh" => Pwsh, _ => null };
}
