using System.Diagnostics;
using Logist.Workflows;

namespace Logist.Tests.Workflows;

public sealed class TemplatesTests : IDisposable
{
    private const string Hostile = "a b  c'\"\\$(touch pwned)`touch pwned`${HOME};&|<>\n*?~\t#!é😀 end\n";

    private readonly WorkflowFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static TemplateValues Values(string value) =>
        new("fix", 3, new Dictionary<string, string>(StringComparer.Ordinal) { ["x"] = value, ["y"] = "second" },
        step => step == "plan" ? "abc123" : null, step => step == "plan" ? "done" : null);

    private static string Quoted(string text) => $"<{text}>";

    [Fact]
    public void Prompts_and_arguments_get_the_values_as_they_are()
    {
        Templates.ForPrompt(
            "${{ params.x }}-${{job.id}}.${{ run.number }} ${{ steps.plan.commit }} ${{ steps.plan.summary }}${{ steps.other.commit }}|",
                Values(Hostile), Quoted)
            .ShouldBe(Hostile + "-fix.3 abc123 <done>|", "what an agent wrote is marked");
        Templates.ForArgv("--x=${{ params.x }}", Values(Hostile)).ShouldBe("--x=" + Hostile);
        Templates.ForPrompt("$${{ params.x }} $$${{ a }} { { }}", Values("v"), Quoted).ShouldBe("${{ params.x }} $${{ a }} { { }}");
        Templates.ForPrompt("nested ${{ params.x }}", Values("${{ job.id }}"), Quoted)
            .ShouldBe("nested ${{ job.id }}", "values are never read again");
        Templates.ForPrompt(Templates.Escape("a ${{ b }} $${{ c"), Values(""), Quoted).ShouldBe("a ${{ b }} $${{ c");
    }

    [Theory]
    [InlineData("printf %s ${{ params.x }}")]
    [InlineData("printf %s \"${{ params.x }}\"")]
    [InlineData("printf %s '${{ params.x }}'")]
    [InlineData("printf %s ''${{ params.x }}\"\"")]
    [InlineData("printf %s \"$(printf %s ${{ params.x }}; echo x)\" | sed '$ d'")]
    [InlineData("printf %s \"$(printf '%s' '${{ params.x }}'; echo x)\" | sed '$ d'")]
    [InlineData("# it's a \"comment ${{ params.x }}\nprintf %s ${{ params.x }}")]
    [InlineData("echo a#b >/dev/null; v=${{ params.x }}; printf %s \"$v\"")]
    [InlineData("(printf %s ${{ params.x }})")]
    [InlineData("case a in (a) printf %s ${{ params.x }};; esac")]
    [InlineData("echo \\\" \\' \"\\\"\" '\\' >/dev/null; printf %s ${{ params.x }}")]
    [InlineData("echo $((1 + (2))) ${HOME:-'}'} \"${HOME:-a\"}\"}\" >/dev/null; printf %s ${{ params.x }}")]
    [InlineData("f() { printf %s \"$1\"; }; f ${{ params.x }}")]
    [InlineData("if [ -n ${{ params.x }} ]; then printf %s ${{ params.x }}; fi")]
    public void In_a_shell_line_a_hostile_value_arrives_verbatim_and_runs_nothing(string line)
    {
        foreach (var shell in (string[])["sh", "bash"])
        {
            var (rewritten, variables) = Templates.ForShell(line, Values(Hostile));
            rewritten.ShouldNotContain("touch");
            Run(shell, rewritten, variables).ShouldBe(Hostile, $"{shell}: {rewritten}");
            Directory.GetFiles(_folder.Root).ShouldBeEmpty();
        }
    }

    [Fact]
    public void An_expression_is_one_word_or_a_part_of_one_and_equal_ones_share_a_variable()
    {
        var (line, variables) = Templates.ForShell("printf '[%s]' --a=${{ params.x }}z ${{params.x}} '${{ params.y }}' $${{",
            Values("1  2 *"));
        line.ShouldBe("printf '[%s]' --a=\"${LOGIST_VALUE_1}\"z \"${LOGIST_VALUE_1}\" ''\"${LOGIST_VALUE_2}\"'' ${{");
        variables.ShouldBe(new Dictionary<string, string> { ["LOGIST_VALUE_1"] = "1  2 *", ["LOGIST_VALUE_2"] = "second" });
        Run("sh", line[..^4], variables).ShouldBe("[--a=1  2 *z][1  2 *][second]");
        Templates.ForShell("echo plain", Values("")).Variables.ShouldBeEmpty();
        Run("sh", Templates.ForShell("printf '[%s]' ${{ params.x }} end", Values("")).Line, new Dictionary<string, string>())
            .ShouldBe("[][end]");
    }

    [Theory]
    [InlineData("echo ${{ params.ixsue }}", "unknown parameter \"ixsue\" (did you mean \"issue\"?)")]
    [InlineData("echo ${{ param.issue }}", "unknown expression \"param.issue\" (did you mean \"params.issue\"?)")]
    [InlineData("echo ${{ job.ids }}", "unknown expression \"job.ids\" (did you mean \"job.id\"?)")]
    [InlineData("echo ${{ secrets.TOKEN }}",
        "unknown expression \"secrets.TOKEN\" (known: params.<name>, job.id, run.number, steps.<id>.commit, in prompts "
            + "steps.<id>.summary; $${{ for the text itself)")]
    [InlineData("echo ${{ steps.plna.commit }}", "unknown step \"plna\" (did you mean \"plan\"?)")]
    [InlineData("echo ${{ steps.other.commit }}", "step other may not have ended before work starts (add other to needs)")]
    [InlineData("echo ${{ steps.work.commit }}", "a step cannot use its own result")]
    [InlineData("echo ${{ steps.plan.summary }}", "a summary can only be used in a prompt")]
    [InlineData("echo ${{ params.issue", "${{ without }} (write $${{ for the text itself)")]
    [InlineData("echo ${{ }}",
        "unknown expression \"\" (known: params.<name>, job.id, run.number, steps.<id>.commit, in prompts steps.<id>.summary; $${{ for "
            + "the text itself)")]
    [InlineData("echo `echo ${{ params.issue }}`", "an expression cannot stand inside backticks; use $(…)")]
    [InlineData("echo \\${{ params.issue }}", "an expression cannot stand right after a backslash")]
    [InlineData("echo $((${{ params.issue }} + 1))", "an expression cannot stand inside $((…)); values are text")]
    [InlineData("echo ${A:-${{ params.issue }}}", "an expression cannot stand inside ${…}; assign it to a variable first")]
    [InlineData("cat <<E ${{ params.issue }}", "an expression cannot stand in or after a here-document; put it before, or use printf")]
    [InlineData("echo $'a' ${{ params.issue }}", "an expression cannot stand after $'…'; use other quotes")]
    [InlineData("echo $(case a in a) echo;; esac; echo ${{ params.issue }})",
        "an expression cannot stand after case inside $(…); assign it to a variable first")]
    public void Expressions_are_checked_when_the_workflow_is_compiled(string line, string problem)
    {
        var text =
            "params: { issue: { required: true } }\nsteps:\n  plan: { prompt: x, agent: claude }\n  other: { run: x }\n  work:\n    "
                + "needs: [plan]\n    run: |\n      true\n      " + line + "\n";
        var column = 7 + line.IndexOf("${{", StringComparison.Ordinal);
        _folder.Problems(text).ShouldBe([$"9:{column} {problem}"]);
    }

    [Fact]
    public void Positions_are_right_in_every_kind_of_scalar()
    {
        _folder.Problems("steps:\n  a: { run: 'it''s ${{ b }}' }\n").Single().ShouldStartWith("2:20 unknown expression");
        _folder.Problems("steps:\r\n  a:\r\n    run: >\r\n      one\r\n      $${{ two }} ${{ b }}\r\n").Single()
            .ShouldStartWith("5:19 unknown expression");
        _folder.Problems("steps:\n  a: { run: [echo, \"\\t${{ b }}\"] }\n").Single().ShouldStartWith("2:23 unknown expression");
        _folder.Problems("steps:\n  a: { run: \"\\u0024{{ b }}\" }\n").Single().ShouldStartWith("2:13 unknown expression");
        _folder.Problems("{\"steps\":{\"a\":{\"run\":\"x ${{ b }}\"}}}", "w.json").Single().ShouldStartWith("1:25 unknown expression");
    }

    [Fact]
    public void A_mistake_in_a_prompt_file_is_reported_there()
    {
        var prompt = _folder.Put("p/x.md", "one\ntwo ${{ steps.b.summary }}\n");
        var problem = _folder.Load("defaults: { agent: claude }\nsteps:\n  a: { prompt_file: p/x.md }\n  b: { prompt: x }\n").Problems
            .ShouldHaveSingleItem();
        (problem.File, problem.Line, problem.Column, problem.Message).ShouldBe((prompt, 2, 5, "step b may not have ended before a starts"));
    }

    [Fact]
    public void Ancestors_far_up_may_be_used_and_only_agents_have_summaries()
    {
        var text =
            "defaults: { agent: claude }\nsteps:\n  a: { prompt: x }\n  r: { run: x, needs: [a] }\n  c: { prompt: \"${{ steps.a.summary "
                + "}} ${{ steps.r.commit }}\", needs: [r] }\n";
        _folder.Problems(text).ShouldBeEmpty();
        _folder.Problems(text.Replace("r.commit", "r.summary", StringComparison.Ordinal)).Single()
            .ShouldEndWith("step r has no agent and so no summary");
    }

    [Fact]
    public void The_parameters_of_a_text_are_known() =>
        Templates.ParamsIn("${{ params.b }} $${{ params.c }} ${{params.a}} ${{ params.b }} ${{ job.id }}").ShouldBe(["b", "a"]);

    private string Run(string shell, string line, IReadOnlyDictionary<string, string> variables)
    {
        var start = new ProcessStartInfo("/bin/" + shell) { UseShellExecute = false, RedirectStandardOutput = true,
            WorkingDirectory = _folder.Root, StandardOutputEncoding = System.Text.Encoding.UTF8 };
        if (shell == "bash")
        {
            // As it is where it serves as sh.
            start.ArgumentList.Add("--posix");
        }

        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(line);
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }
}
