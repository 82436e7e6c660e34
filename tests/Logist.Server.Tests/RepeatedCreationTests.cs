using System.Net;

namespace Logist.Server.Tests;

/// <summary>A server killed after it made a job and before it kept the answer: the request made once more finds that job.</summary>
public sealed class RepeatedCreationTests
{
    [Theory]
    [InlineData("", HttpStatusCode.Created)]
    [InlineData("'job_id':'mine',", HttpStatusCode.Conflict)]
    public async Task A_creation_whose_answer_was_lost_makes_no_second_job(string name, HttpStatusCode withAnotherKey)
    {
        await using var server = await ServerInTest.StartAsync();
        var body = "{" + name + "'run':false,'workflow':{'version':1,'name':'work','steps':{'one':{'run':'true'}}}}";
        var first = await ServerInTest.ReadAsync(await PostAsync(server, body, "k"), HttpStatusCode.Created);
        Directory.Delete(Path.Combine(server.JobsDirectory, ".answers"), recursive: true);

        var again = await ServerInTest.ReadAsync(await PostAsync(server, body, "k"), HttpStatusCode.Created);

        again.GetProperty("job_id").GetString().ShouldBe(first.GetProperty("job_id").GetString());
        Stores.JobsDirectory.List(server.JobsDirectory).Count.ShouldBe(1);
        using var other = await PostAsync(server, body, "another");
        other.StatusCode.ShouldBe(withAnotherKey);
    }

    private static Task<HttpResponseMessage> PostAsync(ServerInTest server, string body, string key) =>
        server.SendAsync("/jobs", body, HttpMethod.Post, ("Idempotency-Key", key));
}
