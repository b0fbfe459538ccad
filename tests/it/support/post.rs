//! A mail server on loopback that keeps what it is sent.

use std::{
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

/// Speaks just enough SMTP to take letters over. It lives as long as the test process.
pub struct PostOffice {
    pub url: String,
    letters: Arc<Mutex<Vec<String>>>,
}

impl PostOffice {
    pub fn open() -> Self {
        let counter = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("smtp://{}", counter.local_addr().unwrap());
        let letters = Arc::new(Mutex::new(Vec::new()));
        let pile = Arc::clone(&letters);
        thread::spawn(move || {
            for client in counter.incoming().flatten() {
                let pile = Arc::clone(&pile);
                // A client that hangs up has said all it had to say.
                thread::spawn(move || drop(serve(&client, &pile)));
            }
        });
        Self { url, letters }
    }

    /// A server that is not there: its port was free a moment ago.
    pub fn burnt_down() -> String {
        let counter = TcpListener::bind("127.0.0.1:0").unwrap();
        format!("smtp://{}", counter.local_addr().unwrap())
    }

    /// Every letter so far, headers and body.
    pub fn letters(&self) -> Vec<String> {
        self.letters.lock().unwrap().clone()
    }
}

fn serve(client: &TcpStream, letters: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let mut say = client;
    let mut lines = BufReader::new(client).lines();
    say.write_all(b"220 post\r\n")?;
    while let Some(line) = lines.next() {
        let reply: &[u8] = match line?.split(' ').next().unwrap_or_default() {
            "QUIT" => return say.write_all(b"221 bye\r\n"),
            "DATA" => {
                say.write_all(b"354 go on\r\n")?;
                let mut letter = String::new();
                for line in lines.by_ref() {
                    let line = line?;
                    if line == "." {
                        break;
                    }
                    letter.push_str(&line);
                    letter.push('\n');
                }
                letters.lock().unwrap().push(letter);
                b"250 taken\r\n"
            }
            _ => b"250 fine\r\n",
        };
        say.write_all(reply)?;
    }
    Ok(())
}
