package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

var (
	plain  = os.Args[1]
	secure = os.Args[2]
	client = &http.Client{Timeout: time.Minute}
)

type event struct {
	Ping    *bool
	Secret  string
	Trigger struct {
		Data []struct {
			Target   string
			OldValue int `json:"old_value"`
			Value    int
		}
	}
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func call(base, path string, parameters url.Values, into any) int {
	parameters.Set("api_token", "sandbox-token")
	response, err := client.PostForm(base+path, parameters)
	must(err)
	defer response.Body.Close()
	if into != nil {
		must(json.NewDecoder(response.Body).Decode(into))
	}
	return response.StatusCode
}

func control(method, path string, body, into any) {
	encoded := []byte(nil)
	if body != nil {
		var err error
		encoded, err = json.Marshal(body)
		must(err)
	}
	request, err := http.NewRequest(method, plain+path, bytes.NewReader(encoded))
	must(err)
	response, err := client.Do(request)
	must(err)
	defer response.Body.Close()
	if response.StatusCode >= 300 {
		text, _ := io.ReadAll(response.Body)
		log.Fatal(string(text))
	}
	if into != nil {
		must(json.NewDecoder(response.Body).Decode(into))
	}
}

type shown struct {
	Ticket struct {
		Subject  string
		StatusID int `json:"status_id"`
	}
}

func ticket(base string) (found shown) {
	call(base, "/ticket", url.Values{"ticket_id": {"5003"}}, &found)
	return
}

func main() {
	fmt.Println("ticket:", ticket(plain).Ticket.Subject)

	events := make(chan event, 10)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(err)
	go http.Serve(listener, http.HandlerFunc(func(_ http.ResponseWriter, request *http.Request) {
		var received event
		must(json.NewDecoder(request.Body).Decode(&received))
		events <- received
	}))
	webhook := map[string]any{
		"url":    fmt.Sprintf("http://%s/hook", listener.Addr()),
		"events": []string{"ticket_changed"},
	}
	control("PATCH", "/sandbox/settings", map[string]any{"webhooks": []any{webhook}}, nil)
	if (<-events).Ping != nil {
		fmt.Println("ping")
	}

	control("POST", "/sandbox/scripts", map[string]any{
		"match":  map[string]string{"operation": "update_ticket"},
		"status": 503,
	}, nil)
	update := url.Values{"ticket_id": {"5003"}, "status": {"2"}}
	fmt.Println("scripted:", call(plain, "/update/ticket", update, nil))
	var updated struct{ Status string }
	call(plain, "/update/ticket", update, &updated)
	fmt.Println("updated:", updated.Status)
	received := <-events
	if received.Secret != "sandbox-secret" {
		log.Fatal("wrong secret")
	}
	change := received.Trigger.Data[0]
	fmt.Println("webhook:", change.Target, change.OldValue, "to", change.Value)

	var journal struct{ Requests []struct{ Outcome string } }
	control("GET", "/sandbox/requests?operation=update_ticket", nil, &journal)
	outcomes := []string{}
	for _, request := range journal.Requests {
		outcomes = append(outcomes, request.Outcome)
	}
	fmt.Println("journal:", strings.Join(outcomes, ", "))
	fmt.Println("over TLS:", ticket(secure).Ticket.StatusID)
	control("POST", "/sandbox/reset", nil, nil)
	fmt.Println("after the reset:", ticket(secure).Ticket.StatusID)
}
