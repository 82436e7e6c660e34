using Logist.Workflows;

namespace Logist.Tests.Workflows;

public sealed class HostileWorkflowTests : IDisposable
{
    private readonly WorkflowFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData('[', "nesting over 64")]
    [InlineData('{', "nesting over 64")]
    public void Deep_nesting_is_one_problem_and_the_process_lives(char bracket, string problem)
    {
        var text = string.Concat(Enumerable.Repeat(bracket == '[' ? "[" : "{a: ", 1_000_000));
        _folder.Problems(text).ShouldHaveSingleItem().ShouldEndWith(problem);
        _folder.Problems("name: w\nsteps: " + text).ShouldHaveSingleItem().ShouldEndWith(problem);
    }

    [Fact]
    public void Five_million_brackets_do_not_overflow_the_stack()
    {
        // More than a file may have: straight into the reader, as nothing but the event guard stands between it and the stack.
        var problems = new Diagnostics("x");
        YamlNodes.Read(new string('[', 5_000_000), problems).ShouldBeNull();
        problems.Sorted().ShouldHaveSingleItem().Message.ShouldBe("nesting over 64");
        _folder.Problems(new string('[', 5_000_000)).ShouldBe(["0:0 the file is larger than 4096 KiB"]);
    }

    [Fact]
    public void Three_thousand_nested_block_maps_are_refused_where_the_limit_is_passed()
    {
        var text = string.Concat(Enumerable.Range(0, 1000).Select(i => new string(' ', i) + "a:\n"));
        _folder.Problems(text).ShouldBe(["65:65 nesting over 64"]);
    }

    [Theory]
    [InlineData("name: w\nx: &a [b]\n", "2:4 anchors (&name) are not supported (write the value out where it is needed)")]
    [InlineData("name: *a\n", "1:7 aliases (*name) are not supported (write the value out)")]
    [InlineData("a: &a [*a]\n", "1:4 anchors (&name) are not supported (write the value out where it is needed)")]
    [InlineData("name: !!str w\n", "1:7 tags (\"tag:yaml.org,2002:str\") are not supported (quote the value if it is text)")]
    [InlineData("name: !<x> w\n", "1:7 tags (\"x\") are not supported (quote the value if it is text)")]
    [InlineData("name: w\n---\nname: v\n", "2:1 a second document starts here (one file holds one workflow; remove the \"---\")")]
    [InlineData("name: w\nname: v\nsteps: { s: { run: x } }\n", "2:1 \"name\" appears twice, first at line 1 (remove or rename one)")]
    [InlineData("name: w\nsteps:\n  s: { run: x }\n  s: { run: y }\n", "4:3 \"s\" appears twice, first at line 3 (remove or rename one)")]
    [InlineData("name: w\nsteps:\n\ts: { run: x }\n", "3:1 a tab is used as indentation (indent with spaces)")]
    [InlineData("\tname: w\n", "1:1 a tab is used as indentation (indent with spaces)")]
    [InlineData("? [a, b]\n: x\n", "1:3 a key must be plain text")]
    [InlineData("name: \"\\0\"\n", "1:7 the text contains a NUL character (remove it)")]
    [InlineData("name: \"\\ud800x\"\n",
        "1:7 not valid YAML: While scanning a quoted scalar, found invalid Unicode surrogates (half a character (lone surrogate) is not "
            + "text)")]
    [InlineData("name: a: b\n",
        "1:8 not valid YAML: While scanning a plain scalar value, found invalid mapping (put quotes around text with \": \" in it)")]
    [InlineData("name: @x\n",
        "1:7 not valid YAML: While scanning for the next token, found character that cannot start any token (put quotes around text that "
            + "starts with a special character)")]
    [InlineData("name: [a\n", "2:1 not valid YAML: While parsing a flow sequence, did not find expected ',' or ']'")]
    [InlineData("", "1:1 the file is empty")]
    [InlineData("# nothing\n", "1:1 the file is empty")]
    public void What_several_readers_would_read_differently_is_refused(string text, string problem) =>
        _folder.Problems(text).ShouldBe([problem]);

    [Fact]
    public void Files_that_are_not_text_are_refused_with_the_reason()
    {
        _folder.Put("nul", "name: w\0");
        _folder.Put("latin", [.. "name: w\nx: "u8, 0xE9]);
        _folder.Put("utf16", System.Text.Encoding.Unicode.GetPreamble().Concat(System.Text.Encoding.Unicode.GetBytes("name: w")).ToArray());
        _folder.Put("big", new byte[(4 * 1024 * 1024) + 1]);
        string Wrong(string name) => WorkflowFile.Load(Path.Combine(_folder.Root, name)).Problems.ShouldHaveSingleItem().Message;
        Wrong("nul").ShouldBe("the file contains a NUL character: it is not text in UTF-8");
        Wrong("latin").ShouldBe("the file is not UTF-8: line 2 has an invalid byte");
        Wrong("utf16").ShouldBe("the file is not UTF-8: line 1 has an invalid byte");
        Wrong("big").ShouldBe("the file is larger than 4096 KiB");
        WorkflowFile.Load("/dev/zero").Problems.ShouldHaveSingleItem().Message.ShouldContain("not a regular file");
    }

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("a/b")]
    [InlineData("a\\\\b")]
    [InlineData("%2e%2e")]
    [InlineData("a\\nb")]
    [InlineData("-rf")]
    [InlineData("--help")]
    [InlineData("@/etc/passwd")]
    [InlineData("CON")]
    [InlineData("Build")]
    [InlineData("a\\u202Eb")]
    [InlineData("😀")]
    [InlineData("é")]
    [InlineData("e\\u0301")]
    [InlineData("12")]
    [InlineData("a.b")]
    [InlineData(" a")]
    public void Step_ids_follow_the_one_rule(string id)
    {
        var problem = _folder.Problems($"name: w\nsteps:\n  \"{id}\": {{ run: x }}\n").ShouldHaveSingleItem();
        problem.ShouldStartWith("3:3 steps: \"");
        problem.ShouldContain(
            "is not a step id: lower-case letters, digits, - and _, at most 63, starting with a letter or digit, and at least one letter "
                + "(^[a-z0-9][a-z0-9_-]{0,62}$)");
        problem.ShouldNotContain("\u202E");
    }

    [Fact]
    public void An_id_of_256_characters_or_none_is_refused()
    {
        _folder.Problems($"name: w\nsteps:\n  {new string('a', 256)}: {{ run: x }}\n").ShouldHaveSingleItem()
            .ShouldContain("is not a step id");
        _folder.Problems("name: w\nsteps:\n  \"\": { run: x }\n").ShouldHaveSingleItem()
            .ShouldContain("expected a step id, found empty text");
    }

    [Theory]
    [InlineData("name: w\n", "1:1 the workflow has no steps (add steps:)")]
    [InlineData("name: w\nsteps: {}\n", "2:8 the workflow has no steps (add at least one)")]
    [InlineData("name: w\nsteps:\n", "2:7 the workflow has no steps (add at least one)")]
    [InlineData("name: w\nphases: []\n", "2:9 the workflow has no steps (add at least one)")]
    [InlineData("name: w\nsteps: [a]\n", "2:8 steps: expected a map of step ids and steps, found a list")]
    [InlineData("name: w\nsteps: { a: { run: x } }\nphases: []\n", "3:1 steps and phases exclude each other (write all of them as steps)")]
    [InlineData("[a]", "1:1 expected a workflow: a map with name and steps, found a list")]
    [InlineData("hello", "1:1 expected a workflow: a map with name and steps, found \"hello\"")]
    [InlineData("name: w\nsteps:\n  a: { run: x, needs: [a] }\n", "3:24 step a needs itself (remove it)")]
    [InlineData("name: w\nsteps:\n  plan: { run: x }\n  b: { run: x, needs: [paln] }\n",
        "4:24 step b needs \"paln\", which is no step (did you mean \"plan\"?)")]
    [InlineData("name: w\nsteps:\n  a: { run: x }\n  b: { run: x, needs: [a, a] }\n", "4:27 step b needs a twice (remove one)")]
    [InlineData("name: w\nsteps:\n  a: { run: x, needs: c }\n  b: { run: x, needs: [a] }\n  c: { run: x, needs: [b] }\n",
        "3:16 steps need each other in a circle: a → c → b → a (remove one of these needs)")]
    [InlineData("name: w\nphases:\n  - { name: Build It, run: x }\n  - { name: build-it, run: x }\n",
        "4:13 phases \"Build It\" (line 3) and \"build-it\" have the same id build-it (rename one)")]
    [InlineData("name: w\nphases:\n  - { name: 日本, run: x }\n",
        "3:13 \"日本\" gives no step id: at least one letter a to z, at most 63 characters (choose another name)")]
    [InlineData("name: w\nphases:\n  - { description: x }\n", "3:5 phases: \"name\" is missing")]
    public void The_steps_of_a_workflow_must_make_sense_together(string text, string problem) =>
        _folder.Problems(text).ShouldBe([problem]);

    [Fact]
    public void Two_circles_are_both_reported()
    {
        var problems = _folder
            .Problems(
                "name: w\nsteps:\n  a: { run: x, needs: [b] }\n  b: { run: x, needs: [a] }\n  c: { run: x, needs: [d] }\n  d: { run: x, "
                    + "needs: [c] }\n");
        problems.Count.ShouldBe(2);
        problems[0].ShouldContain("circle: a → b → a");
        problems[1].ShouldContain("circle: c → d → c");
    }

    [Fact]
    public void A_circle_of_ten_thousand_steps_is_one_problem_that_names_some()
    {
        var text = new System.Text.StringBuilder("name: w\nsteps:\n");
        for (var i = 0; i < 10_000; i++)
        {
            _ = text.Append($"  s{i}: {{ run: x, needs: [s{(i + 1) % 10_000}] }}\n");
        }

        _folder.Problems(text.ToString()).ShouldBe(
            ["3:17 steps need each other in a circle: s0 → s1 → s2 → s3 → s4 → s5 → s6 → s7 → … 9992 more … → s0 (remove one of these "
                + "needs)"]);
    }

    [Fact]
    public void A_hundred_thousand_steps_are_one_problem()
    {
        var text = new System.Text.StringBuilder("name: w\nsteps:\n");
        for (var i = 0; i < 100_000; i++)
        {
            _ = text.Append($"  s{i}: {{ run: x, bad: y }}\n");
        }

        _folder.Problems(text.ToString())
            .ShouldBe(["3:3 the workflow has 100000 steps, more than 10000 (split it, or let one step do several things)"]);
    }
}
