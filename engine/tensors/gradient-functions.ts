/** Gradients of the operations: the union package of TensorFlow.js brings them. */
export const loadGradients = async (): Promise<void> => {};
