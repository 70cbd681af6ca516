// The guard starts the processes of a local Kubernetes, each in its own process group, and stops them when its owner ends.
//
// The owner writes one JSON request a line to standard input and reads one JSON answer a line from standard output. End of
// file means that the owner is gone, however it ended: the kernel closes the pipe also when it is killed.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

// The file that a folder must hold before the guard deletes it.
const marker = ".local-cluster"

// How long a process may take to end by itself.
const patience = 5 * time.Second

type request struct {
	Verb    string   `json:"verb"` // start, signal, stop, status
	Name    string   `json:"name"`
	Program string   `json:"program"`
	Args    []string `json:"args"`
	Env     []string `json:"env"`
	Log     string   `json:"log"`
	Signal  string   `json:"signal"` // pause, resume, kill
}

type answer struct {
	Error   string         `json:"error,omitempty"`
	Running map[string]int `json:"running"`
}

type process struct {
	name string
	pid  int
	done chan struct{}
}

func (p *process) running() bool {
	select {
	case <-p.done:
		return false
	default:
		return true
	}
}

// Signals the whole group. The group outlives its leader only while members are left, and the leader is not reaped before
// done is closed, so the number cannot have been given to anybody else.
func (p *process) signal(s syscall.Signal) {
	if p.running() {
		_ = syscall.Kill(-p.pid, s)
	}
}

// Asks the process to end, waits, and insists. One that is paused must run again before it can hear the request.
func (p *process) stop(wait time.Duration) {
	if wait > 0 {
		p.signal(syscall.SIGTERM)
		p.signal(syscall.SIGCONT)
		select {
		case <-p.done:
			return
		case <-time.After(wait):
		}
	}
	p.signal(syscall.SIGKILL)
	<-p.done
}

type guard struct {
	mutex     sync.Mutex
	processes []*process
}

func (g *guard) find(name string) *process {
	for _, p := range g.processes {
		if p.name == name {
			return p
		}
	}
	return nil
}

func (g *guard) start(r request) error {
	log, err := os.OpenFile(r.Log, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	command := exec.Command(r.Program, r.Args...)
	command.Env = r.Env
	command.Stdout = log
	command.Stderr = log
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := command.Start(); err != nil {
		return err
	}
	p := &process{name: r.Name, pid: command.Process.Pid, done: make(chan struct{})}
	go func() {
		_ = command.Wait()
		close(p.done)
	}()
	kept := g.processes[:0]
	for _, other := range g.processes {
		if other.name != r.Name {
			kept = append(kept, other)
		}
	}
	g.processes = append(kept, p)
	return nil
}

func (g *guard) handle(r request) answer {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	result := answer{Running: map[string]int{}}
	p := g.find(r.Name)
	switch {
	case r.Verb == "status":
	case r.Verb == "start" && p != nil && p.running():
		result.Error = r.Name + " is already running"
	case r.Verb == "start":
		if err := g.start(r); err != nil {
			result.Error = err.Error()
		}
	case p == nil:
		result.Error = r.Name + " was never started"
	case r.Verb == "stop":
		p.stop(patience)
	case r.Verb == "signal" && r.Signal == "pause":
		p.signal(syscall.SIGSTOP)
	case r.Verb == "signal" && r.Signal == "resume":
		p.signal(syscall.SIGCONT)
	case r.Verb == "signal" && r.Signal == "kill":
		p.stop(0)
	default:
		result.Error = "unknown request"
	}
	for _, p := range g.processes {
		if p.running() {
			result.Running[p.name] = p.pid
		}
	}
	return result
}

// Stops everything, the last started first, so that the API server can still write while its clients end. When the folder
// is to be deleted nobody needs what they would write: they are killed at once.
func (g *guard) end(folder string, discard bool) {
	g.mutex.Lock() // held until the program exits: nothing new starts
	if discard {
		for _, p := range g.processes {
			p.signal(syscall.SIGKILL)
		}
	}
	for i := len(g.processes) - 1; i >= 0; i-- {
		g.processes[i].stop(patience)
	}
	if _, err := os.Stat(filepath.Join(folder, marker)); discard && err == nil {
		_ = os.RemoveAll(folder)
	}
	os.Exit(0)
}

func main() {
	folder := flag.String("folder", "", "the cluster's folder")
	discard := flag.Bool("discard", false, "delete the folder at the end")
	flag.Parse()

	g := &guard{}
	// A broken pipe must not end the guard before it has stopped the processes; a Ctrl-C is for the owner.
	signal.Ignore(syscall.SIGPIPE, syscall.SIGINT, syscall.SIGHUP)
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, syscall.SIGTERM)
	go func() {
		<-asked
		g.end(*folder, *discard)
	}()

	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	answers := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var r request
		result := answer{Error: "not a request"}
		if json.Unmarshal(lines.Bytes(), &r) == nil {
			result = g.handle(r)
		}
		_ = answers.Encode(result)
	}
	g.end(*folder, *discard)
}
