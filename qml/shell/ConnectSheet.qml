// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Templates as T
import Tidegate.Console

//! Which gateway to look at: an address and a token, or one of those known already.
Sheet {
    id: sheet

    required property Connector connector
    readonly property string problem: connector ? connector.problemOf(address.text) : ""
    property bool isTried: false

    function take() {
        isTried = true
        if (problem.length > 0)
            return
        connector.open(address.text, token.text, remember.checked)
        close()
    }

    title: qsTr("Connect to a gateway")
    onOpened: {
        isTried = false
        token.clear()
        address.text = connector.url
        address.forceActiveFocus()
    }

    Column {
        width: parent.width
        spacing: 5

        Caption { text: qsTr("Address") }

        Field {
            id: address

            width: parent.width
            glyph: "server"
            placeholderText: "localhost:5050"
            isNumber: true
            isWrong: sheet.isTried && sheet.problem.length > 0
            onAccepted: sheet.take()
        }

        Label {
            width: parent.width
            text: sheet.problem
            color: Theme.bad
            wrapMode: Text.Wrap
            font.pixelSize: Theme.smallSize
            visible: sheet.isTried && sheet.problem.length > 0
        }
    }

    Column {
        width: parent.width
        spacing: 5

        Caption { text: qsTr("Token") }

        Field {
            id: token

            width: parent.width
            glyph: "key"
            echoMode: TextInput.Password
            placeholderText: qsTr("of a staff or admin account, or an API key")
            isNumber: text.length > 0
            onAccepted: sheet.take()
        }
    }

    PushButton {
        id: remember

        checkable: true
        checked: true
        kind: PushButton.Kind.Quiet
        glyph: checked ? "check" : "close"
        text: checked ? qsTr("Remember this server") : qsTr("Do not remember this server")
    }

    Label {
        width: parent.width
        text: sheet.connector && sheet.connector.hasKeychain
            ? qsTr("The token goes into your desktop's keychain.")
            : qsTr("There is no keychain here: the token is kept in memory only, until the console ends.")
        color: Theme.dimText
        font.pixelSize: Theme.smallSize
        wrapMode: Text.Wrap
        visible: remember.checked
    }

    Column {
        width: parent.width
        spacing: 4
        visible: known.count > 0

        Caption { text: qsTr("Known servers") }

        Repeater {
            id: known

            model: sheet.connector ? sheet.connector.servers : null

            Rectangle {
                id: server

                required property string url
                required property string name

                width: parent ? parent.width : 0
                height: 38
                radius: Theme.radius
                color: area.containsMouse ? Theme.hover : "transparent"

                Glyph {
                    name: "server"
                    x: 10
                    width: 15
                    height: 15
                    anchors.verticalCenter: parent.verticalCenter
                    color: server.url === sheet.connector.url ? Theme.accent : Theme.dimText
                }

                Label {
                    id: serverName

                    x: 38
                    height: parent.height
                    text: server.name.length > 0 ? server.name : server.url
                    font.weight: Font.Medium
                }

                Label {
                    anchors.left: serverName.right
                    anchors.leftMargin: Theme.gap3
                    anchors.right: forget.left
                    height: parent.height
                    text: server.name.length > 0 ? server.url : ""
                    isNumber: true
                    color: Theme.dimText
                }

                MouseArea {
                    id: area

                    anchors.fill: parent
                    hoverEnabled: true
                    onClicked: {
                        sheet.connector.reopen(server.url)
                        sheet.close()
                    }
                }

                PushButton {
                    id: forget

                    anchors.right: parent.right
                    anchors.rightMargin: 4
                    anchors.verticalCenter: parent.verticalCenter
                    kind: PushButton.Kind.Quiet
                    glyph: "close"
                    tip: qsTr("Forget this server and its token")
                    onClicked: sheet.connector.forget(server.url)
                }
            }
        }
    }

    buttons: [
        PushButton {
            text: qsTr("Connect")
            kind: PushButton.Kind.Primary
            onClicked: sheet.take()
        },
        PushButton {
            text: qsTr("Cancel")
            onClicked: sheet.close()
        }
    ]
}
