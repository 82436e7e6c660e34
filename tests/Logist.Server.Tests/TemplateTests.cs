using System.Net;
using Logist.Core.Jobs;

namespace Logist.Server.Tests;

/// <summary><c>/workflow-templates</c></summary>
public sealed class TemplateTests
{
    private const string Yaml = "description: Says hello\\nparams: { who: { default: world, description: Whom } }\\n"
        + "steps: { greet: { title: Greet, run: echo hello }, ask: { needs: [greet], approval: { message: Ok } } }\\n";

    [Fact]
    public async Task A_template_that_was_added_is_listed_and_tells_how_its_jobs_went()
    {
        await using var server = await ServerInTest.StartAsync();
        (await server.GetAsync("/workflow-templates")).GetArrayLength().ShouldBe(0);
        var added = await server.PostAsync("/workflow-templates", $"{{'name':'hello','yaml':'{Yaml}'}}", HttpStatusCode.Created);
        (added.Text("id"), added.Text("description")).ShouldBe(("hello", "Says hello"));

        var job = await server.PostAsync("/workflow-runs", "{'workflow_template_id':'hello'}", HttpStatusCode.Created);
        await server.AwaitRestAsync(Core.JobId.Parse(job.Text("job_id")), JobStatus.ApprovalRequired);
        var template = (await server.GetAsync("/workflow-templates")).EnumerateArray().ShouldHaveSingleItem();
        template.GetProperty("steps").EnumerateArray().Select(step => (step.Text("id"), step.Text("kind"), step.Text("title"),
            step.GetProperty("approval").GetBoolean())).ShouldBe([("greet", "command", "Greet", false), ("ask", "gate", "ask", true)]);
        var param = template.GetProperty("params").EnumerateArray().ShouldHaveSingleItem();
        (param.Text("name"), param.Text("default"), param.GetProperty("required").GetBoolean()).ShouldBe(("who", "world", false));
        template.GetProperty("outcomes")[0].Text("run_id").ShouldBe($"{job.Text("job_id")}.1");
        template.GetProperty("success_rate").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null, "none has ended");
        (await server.GetAsync($"/workflow-runs/{job.Text("job_id")}.1")).Text("workflow_template_id").ShouldBe("hello");

        await server.PostAsync($"/approvals/{job.Text("job_id")}.1.ask/approve");
        (await server.GetAsync("/workflow-templates"))[0].GetProperty("success_rate").GetDouble().ShouldBe(1);
    }

    [Fact]
    public async Task What_is_wrong_with_a_template_is_told_by_line_and_column()
    {
        await using var server = await ServerInTest.StartAsync();
        var problem = await server.PostAsync("/workflow-templates", "{'name':'bad','yaml':'steps:\\n  a: { rum: x }\\n'}",
            HttpStatusCode.UnprocessableEntity);
        problem.Text("code").ShouldBe("LOG1006");
        problem.GetProperty("errors").EnumerateArray().ShouldContain(error => error.Text("detail").StartsWith("2:8: "));
        (await server.GetAsync("/workflow-templates")).GetArrayLength().ShouldBe(0, "nothing was kept");

        var file = Path.Combine(Directory.CreateDirectory(Path.Combine(server.Home, "workflows")).FullName, "edited.yaml");
        await File.WriteAllTextAsync(file, "steps:\n  a: { rum: x }\n", TestContext.Current.CancellationToken);
        var edited = (await server.GetAsync("/workflow-templates")).EnumerateArray().ShouldHaveSingleItem();
        edited.GetProperty("problems").EnumerateArray().Select(one => (one.Number("line"), one.Number("column"))).ShouldContain((2, 8));
        edited.GetProperty("steps").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task A_name_is_checked_and_never_taken_twice()
    {
        await using var server = await ServerInTest.StartAsync();
        foreach (var name in new[] { "../up", "a/b", "", "Upper" })
        {
            await server.PostAsync("/workflow-templates", $"{{'name':'{name}','yaml':'steps: {{}}'}}", HttpStatusCode.UnprocessableEntity);
        }

        const string one = "{'name':'one','yaml':'steps: { a: { run: x } }'}";
        await server.PostAsync("/workflow-templates", one, HttpStatusCode.Created);
        await server.PostAsync("/workflow-templates", one.Replace("run: x", "run: y", StringComparison.Ordinal), HttpStatusCode.Conflict);
        var file = Path.Combine(server.Home, "workflows", "one.yaml");
        (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).ShouldContain("run: x");
    }
}
