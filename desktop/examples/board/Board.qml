// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls
import QtQuick.Layouts

//! A task list over a BoardModel. Rows that are not decided yet are pale; a refused one goes back and says why.
Pane {
    id: board

    required property var model

    ColumnLayout {
        anchors.fill: parent
        spacing: 8

        Label {
            text: qsTr("Tasks")
            font.pixelSize: 22
        }

        RowLayout {
            TextField {
                id: title

                objectName: "title"
                Layout.fillWidth: true
                focus: true
                placeholderText: qsTr("What is to be done?")
                onAccepted: add.clicked()
            }

            Button {
                id: add

                objectName: "add"
                text: qsTr("Add")
                enabled: title.text.trim().length > 0
                onClicked: {
                    board.model.add(title.text)
                    title.clear()
                }
            }
        }

        Label {
            objectName: "refusal"
            Layout.fillWidth: true
            visible: board.model.refusal.length > 0
            text: qsTr("Taken back: %1").arg(board.model.refusal)
            color: "#b4302a"
            wrapMode: Text.Wrap

            TapHandler { onTapped: board.model.dismissRefusal() }
        }

        ListView {
            id: list

            objectName: "list"
            Layout.fillWidth: true
            Layout.fillHeight: true
            clip: true
            model: board.model
            delegate: RowLayout {
                id: row

                required property string taskId
                required property string title
                required property bool done
                required property string status

                width: ListView.view.width
                opacity: status === "acked" ? 1 : 0.5

                CheckBox {
                    checked: row.done
                    text: row.title
                    Layout.fillWidth: true
                    onToggled: board.model.setDone(row.taskId, checked)
                }

                Label {
                    visible: row.status !== "acked"
                    text: row.status
                    font.italic: true
                }

                ToolButton {
                    text: "\u2715"
                    Accessible.name: qsTr("Remove %1").arg(row.title)
                    onClicked: board.model.remove(row.taskId)
                }
            }
        }
    }
}
