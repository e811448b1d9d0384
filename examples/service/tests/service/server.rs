//! The service as a child process, and requests to it.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;
use ureq::Agent;

pub struct Server {
    child: Child,
    address: String,
    log: PathBuf,
}

pub struct Answer {
    pub status: u16,
    pub body: String,
    pub retry_after: Option<Duration>,
}

impl Server {
    /// On a free port. What it logs goes to a file that is named after the test.
    pub fn start(test: &str) -> Server {
        let log = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{test}.log"));
        let mut child = Command::new(env!("CARGO_BIN_EXE_service"))
            .arg("127.0.0.1:0")
            .stdout(Stdio::piped())
            .stderr(File::create(&log).expect("the folder is there"))
            .spawn()
            .expect("the program is there");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("it is piped");
        BufReader::new(stdout).read_line(&mut line).expect("it says where it listens");
        let address = line.trim().strip_prefix("listening on ").expect("it says where it listens").to_owned();
        Server { child, address, log }
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).expect("it is there")
    }

    /// Bytes of resident memory.
    pub fn resident(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("it runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("it is a process");
        let kilobytes = line.trim().trim_end_matches(" kB");
        kilobytes.parse::<u64>().expect("a number") * 1024
    }

    pub fn client(&self) -> Client {
        let agent = Agent::config_builder().http_status_as_error(false).build().into();
        Client { agent, address: self.address.clone() }
    }

    /// Has it end, which it does by itself once it has answered all.
    pub fn end(mut self) -> ExitStatus {
        let pid = self.child.id().cast_signed();
        // SAFETY: it is our child, not waited for yet, so that the number is still its own.
        assert_eq!(unsafe { libc::kill(pid, libc::SIGTERM) }, 0);
        for _ in 0..1000 {
            if let Some(status) = self.child.try_wait().expect("it is our child") {
                return status;
            }
            thread::sleep(Duration::from_millis(10));
        }
        panic!("it doesn't end");
    }
}

/// So that a test which fails leaves no process behind.
impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Keeps its connection, as long as the server does.
pub struct Client {
    agent: Agent,
    address: String,
}

impl Client {
    pub fn run(&self, script: &str) -> Answer {
        let response = self.agent.post(format!("{}/run", self.address)).send(script);
        answer(response.expect("every request is answered"))
    }

    /// As clients are to do it: whoever is told to come back later does.
    pub fn run_in_the_end(&self, script: &str) -> Answer {
        loop {
            match self.run(script) {
                Answer { status: 503, retry_after: Some(wait), .. } => thread::sleep(wait),
                answer => return answer,
            }
        }
    }

    pub fn get(&self, path: &str) -> Answer {
        let response = self.agent.get(format!("{}{path}", self.address)).call();
        answer(response.expect("every request is answered"))
    }

    pub fn status(&self) -> serde_json::Value {
        serde_json::from_str(&self.get("/status.json").body).expect("it is JSON")
    }

    /// The sum of a metric's values for which the labels contain this.
    pub fn metric(&self, name: &str, label: &str) -> u64 {
        let page = self.get("/metrics").body;
        let samples =
            page.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix('{')?.split_once("} "));
        let values = samples.filter(|(labels, _)| labels.contains(label)).map(|(_, value)| value);
        values.map(|value| value.parse::<u64>().expect("a whole number")).sum()
    }
}

fn answer(mut response: ureq::http::Response<ureq::Body>) -> Answer {
    let seconds = response.headers().get("Retry-After").map(|value| value.to_str().expect("ASCII").parse());
    Answer {
        status: response.status().as_u16(),
        retry_after: seconds.map(|seconds| Duration::from_secs(seconds.expect("seconds"))),
        body: response.body_mut().read_to_string().expect("text"),
    }
}
