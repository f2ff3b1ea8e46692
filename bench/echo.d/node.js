// Echo on node's net. Writes the port that it took.
const net = require('net')

const server = net.createServer({ noDelay: true }, connection => {
  connection.on('data', data => connection.write(data))
  connection.on('error', () => connection.destroy())
})

server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => console.log(server.address().port))
